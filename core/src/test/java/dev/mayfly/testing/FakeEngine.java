package dev.mayfly.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.sandbox.WindowSize;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An engine in memory for the layers above, which keeps the same contract as a real one. A program is one line:
/// `print TEXT`, `error TEXT`, `exit CODE`, `sleep`, `flood BYTES`, `cat`, `count NUMBERS`. The command `compile` makes
/// the file `main` of a program, unless it is `broken`.
public final class FakeEngine implements SandboxEngine {
    private final Set<FakeSandbox> alive = ConcurrentHashMap.newKeySet();
    private final AtomicInteger created = new AtomicInteger();
    /// Creations wait here; full of permits unless a test takes them away.
    public final Semaphore creations = new Semaphore(1_000_000);
    private volatile boolean down;
    private volatile Optional<String> broken = Optional.empty();
    private final AtomicInteger runsToBreak = new AtomicInteger();
    private volatile boolean resizes = true;
    private volatile String build = "1";
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    /// Nobody has built this image.
    public void withoutImage(String image) {
        missing.add(image);
    }

    /// Every image is another one from now on.
    public void rebuildImages(String newBuild) {
        build = newBuild;
    }

    public void down(boolean isDown) {
        down = isDown;
    }

    /// Every sandbox of this runtime fails from now on.
    public void breakRuntime(String runtime) {
        broken = Optional.of(runtime);
    }

    /// The next runs fail before user code starts.
    public void breakNextRuns(int runs) {
        runsToBreak.set(runs);
    }

    /// Sandboxes keep the limits that they are made with from now on.
    public void neverResize() {
        resizes = false;
    }

    public Set<FakeSandbox> alive() {
        return Set.copyOf(alive);
    }

    public int created() {
        return created.get();
    }

    @Override
    public String engine() {
        return "fake";
    }

    @Override
    public Sandbox create(SandboxSpec spec) throws SandboxException, InterruptedException {
        creations.acquire();
        if (down || broken.filter(spec.runtime()::equals).isPresent()) {
            throw new SandboxException("it does not start", false);
        }
        var sandbox = new FakeSandbox(spec, "fake-" + created.incrementAndGet());
        alive.add(sandbox);
        return sandbox;
    }

    @Override
    public Optional<String> imageId(String image) {
        return missing.contains(image) ? Optional.empty() : Optional.of("sha256:" + image + "-" + build);
    }

    @Override
    public void ping() throws SandboxException {
        if (down) {
            throw new SandboxException("down", false);
        }
    }

    @Override
    public boolean resizes(SandboxSpec spec) {
        return resizes;
    }

    @Override
    public boolean isPresent(String sandboxId) {
        return alive.stream().anyMatch(sandbox -> sandbox.id().equals(sandboxId));
    }

    @Override
    public int reap() {
        return 0;
    }

    @Override
    public void close() {
        alive.forEach(FakeSandbox::close);
    }

    /// A sandbox in memory.
    public final class FakeSandbox implements Sandbox {
        private final SandboxSpec spec;
        private final String id;
        private final AtomicBoolean used = new AtomicBoolean();
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean dead;
        private volatile int signal;
        private volatile @Nullable PreparedProgram ran;

        FakeSandbox(SandboxSpec spec, String id) {
            this.spec = spec;
            this.id = id;
        }

        /// What it was given to run, if anything.
        public Optional<PreparedProgram> ran() {
            return Optional.ofNullable(ran);
        }

        public void die() {
            dead = true;
        }

        @Override
        public SandboxSpec spec() {
            return spec;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public OptionalLong hostUser() {
            return OptionalLong.of(1000);
        }

        @Override
        public boolean isAlive() {
            return !dead && closed.getCount() > 0;
        }

        @Override
        public void resize(Limits limits) {}

        @Override
        public void resizeTerminal(WindowSize size) {}

        @Override
        public HeldSandbox hold(PreparedProgram program, HeldSandbox.Terms terms) throws SandboxException {
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("a sandbox is held once");
            }
            if (dead || runsToBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SandboxException("the sandbox vanished", false);
            }
            ran = program;
            return new FakeHold();
        }

        @Override
        public SandboxRun run(PreparedProgram program, OutputSink sink) throws SandboxException, InterruptedException {
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("a sandbox runs once");
            }
            if (dead || runsToBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SandboxException("the sandbox vanished", false);
            }
            sink.started();
            ran = program;
            if (program.command().equals(List.of("compile"))) {
                return compile(program, sink);
            }
            String line = new String(program.files().getFirst().content(), UTF_8).strip();
            String word = line.substring(line.indexOf(' ') + 1);
            return switch (line.split(" ", 2)[0]) {
                case "print" -> write(sink, OutputChunk.Stream.STDOUT, word.getBytes(UTF_8), program);
                case "error" -> write(sink, OutputChunk.Stream.STDERR, word.getBytes(UTF_8), program);
                case "exit" -> ended(new Outcome.Exited(Integer.parseInt(word)), 0, 0);
                case "flood" -> write(sink, OutputChunk.Stream.STDOUT, new byte[Integer.parseInt(word)], program);
                case "cat" -> write(sink, OutputChunk.Stream.STDOUT, ((Stdin.Bytes) program.stdin()).content(), program);
                case "count" -> count(sink, Integer.parseInt(word));
                case "sleep" -> sleep(program);
                default -> throw new SandboxException("no such program: " + line, true);
            };
        }

        private SandboxRun compile(PreparedProgram program, OutputSink sink) throws SandboxException, InterruptedException {
            byte[] source = program.files().getFirst().content();
            if (new String(source, UTF_8).startsWith("sleep")) {
                return sleep(program);
            }
            boolean broken = new String(source, UTF_8).startsWith("broken");
            byte[] said = (broken ? "error" : "warning").getBytes(UTF_8);
            sink.accept(new OutputChunk(OutputChunk.Stream.STDERR, 1, Duration.ZERO, said));
            List<OutputFile> made = broken ? List.of() : List.of(new OutputFile("main", source));
            return new SandboxRun(new Outcome.Exited(broken ? 1 : 0), Usage.NONE, 0, said.length, Duration.ZERO, made, List.of());
        }

        private SandboxRun write(OutputSink sink, OutputChunk.Stream stream, byte[] bytes, PreparedProgram program) throws InterruptedException {
            int shown = (int) Math.min(bytes.length, program.limits().outputBytes());
            sink.accept(new OutputChunk(stream, 1, Duration.ZERO, Arrays.copyOf(bytes, shown)));
            boolean out = stream == OutputChunk.Stream.STDOUT;
            Outcome outcome = shown < bytes.length
                    ? new Outcome.OutputLimit(bytes.length, program.limits().outputBytes())
                    : new Outcome.Exited(0);
            return ended(outcome, out ? bytes.length : 0, out ? 0 : bytes.length);
        }

        private SandboxRun count(OutputSink sink, int numbers) throws InterruptedException {
            long bytes = 0;
            for (int number = 1; number <= numbers; number++) {
                byte[] line = (number + "\n").getBytes(UTF_8);
                bytes += line.length;
                sink.accept(new OutputChunk(OutputChunk.Stream.STDOUT, number, Duration.ZERO, line));
                closed.await(1, TimeUnit.MILLISECONDS);
            }
            return ended(new Outcome.Exited(0), bytes, 0);
        }

        private SandboxRun sleep(PreparedProgram program) throws SandboxException, InterruptedException {
            long until = System.nanoTime() + program.limits().wallTime().toNanos();
            while (System.nanoTime() < until) {
                if (closed.await(5, TimeUnit.MILLISECONDS)) {
                    throw new SandboxException("the sandbox vanished", true);
                }
                if (signal != 0) {
                    return ended(new Outcome.Signaled(signal), 0, 0);
                }
            }
            return ended(new Outcome.TimedOut(Outcome.Clock.WALL_TIME, program.limits().wallTime(), program.limits().wallTime()), 0, 0);
        }

        private static SandboxRun ended(Outcome outcome, long stdoutBytes, long stderrBytes) {
            return new SandboxRun(outcome, Usage.NONE, stdoutBytes, stderrBytes, Duration.ZERO, List.of(), List.of());
        }

        @Override
        public void signal(int number) {
            signal = number;
        }

        @Override
        public void close() {
            closed.countDown();
            alive.remove(this);
        }
    }
}
