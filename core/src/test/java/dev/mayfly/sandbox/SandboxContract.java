package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.testing.StartSignal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What every engine promises to the layers above; the fake that those are tested with promises the same.
public abstract class SandboxContract {
    /// The contract's programs, in a language that the engine under test understands.
    public interface Programs {
        String print(String text);

        String printError(String text);

        String exit(int code);

        String sleepLong();

        String flood(int bytes);

        String copyInput();
    }

    protected abstract SandboxEngine engine();

    protected abstract SandboxSpec spec() throws Exception;

    protected abstract Programs programs();

    protected abstract PreparedProgram program(String program);

    private PreparedProgram program(String program, Map<LimitAxis, Long> limits, byte[] stdin) {
        PreparedProgram plain = program(program);
        return new PreparedProgram(plain.entrypoint(), plain.command(), plain.args(), plain.env(), plain.files(), plain.outputs(), new Stdin.Bytes(stdin),
                plain.limits().with(limits), plain.budget());
    }

    private record Ran(Outcome outcome, String stdout, String stderr, SandboxRun run) {}

    private Ran run(PreparedProgram program) throws Exception {
        try (Sandbox sandbox = engine().create(spec())) {
            var output = new CollectedOutput();
            SandboxRun run = sandbox.run(program, output);
            return new Ran(run.outcome(), new String(output.stdout(), StandardCharsets.UTF_8),
                    new String(output.stderr(), StandardCharsets.UTF_8), run);
        }
    }

    @Test
    void outputAndExitCodeAreTheProgramsOwn() throws Exception {
        assertThat(run(program(programs().print("hello")))).satisfies(ran -> {
            assertThat(ran.stdout()).isEqualTo("hello");
            assertThat(ran.stderr()).isEmpty();
            assertThat(ran.outcome()).isEqualTo(new Outcome.Exited(0));
        });
        assertThat(run(program(programs().printError("oh"))).stderr()).isEqualTo("oh");
        assertThat(run(program(programs().exit(7))).outcome()).isEqualTo(new Outcome.Exited(7));
    }

    @Test
    void inputReachesTheProgramByteForByte() throws Exception {
        byte[] input = "line\nno newline at the end".getBytes(StandardCharsets.UTF_8);
        assertThat(run(program(programs().copyInput(), Map.of(), input)).stdout()).isEqualTo(new String(input, StandardCharsets.UTF_8));
    }

    @Test
    void startIsReportedOnceAndBeforeEveryChunk() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Sandbox sandbox = engine().create(spec())) {
            sandbox.run(program(programs().print("x")), new OutputSink() {
                @Override
                public void started() {
                    heard.add("started");
                }

                @Override
                public void accept(OutputChunk chunk) {
                    heard.add("chunk " + chunk.sequence());
                }
            });
        }
        assertThat(heard).containsExactly("started", "chunk 1");
    }

    @Test
    void outputBeyondTheCapIsCutExactlyThereAndCounted() throws Exception {
        Ran ran = run(program(programs().flood(5000), Map.of(LimitAxis.OUTPUT, 4999L), new byte[0]));
        assertThat(ran.stdout()).hasSize(4999);
        assertThat(ran.outcome()).isInstanceOfSatisfying(Outcome.OutputLimit.class, limit -> {
            assertThat(limit.limitBytes()).isEqualTo(4999);
            assertThat(limit.writtenBytes()).isEqualTo(5000);
        });
        assertThat(ran.run().stdoutBytes()).isEqualTo(5000);
    }

    @Test
    void programThatRunsTooLongIsKilledAndSoReported() throws Exception {
        Ran ran = run(program(programs().sleepLong(), Map.of(LimitAxis.WALL_TIME, 300L), new byte[0]));
        assertThat(ran.outcome()).isInstanceOfSatisfying(Outcome.TimedOut.class, timedOut -> {
            assertThat(timedOut.clock()).isEqualTo(Outcome.Clock.WALL_TIME);
            assertThat(timedOut.measured()).isGreaterThanOrEqualTo(timedOut.limit());
        });
    }

    @Test
    void sandboxRunsOnce() throws Exception {
        try (Sandbox sandbox = engine().create(spec())) {
            sandbox.run(program(programs().print("x")), chunk -> {});
            assertThatThrownBy(() -> sandbox.run(program(programs().print("x")), chunk -> {})).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void interruptionEndsARun() throws Exception {
        var started = new CountDownLatch(1);
        var ended = new CompletableFuture<Throwable>();
        try (Sandbox sandbox = engine().create(spec())) {
            Thread runner = Thread.ofVirtual().start(() -> {
                try {
                    sandbox.run(program(programs().sleepLong()), new StartSignal(started));
                    ended.complete(new AssertionError("it ran to its end"));
                } catch (Exception e) {
                    ended.complete(e);
                }
            });
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            runner.interrupt();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void closingEndsARunAndTheSandboxAndMayBeRepeated() throws Exception {
        var started = new CountDownLatch(1);
        Sandbox sandbox = engine().create(spec());
        var run = CompletableFuture.supplyAsync(() -> {
            try {
                return sandbox.run(program(programs().sleepLong()), new StartSignal(started));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        sandbox.close();
        sandbox.close();
        assertThat(sandbox.isAlive()).isFalse();
        assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).hasRootCauseInstanceOf(Exception.class)
                .rootCause().isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.userCodeStarted()).isTrue());
    }

    @Test
    void signalReachesTheProgram() throws Exception {
        var started = new CountDownLatch(1);
        try (Sandbox sandbox = engine().create(spec())) {
            Thread.startVirtualThread(() -> {
                try {
                    started.await();
                    sandbox.signal(15);
                } catch (InterruptedException | SandboxException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(sandbox.run(program(programs().sleepLong()), new StartSignal(started)).outcome()).isEqualTo(new Outcome.Signaled(15));
        }
    }
}
