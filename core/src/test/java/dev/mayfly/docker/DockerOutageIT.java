package dev.mayfly.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.OwnDockerEngine;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// An engine that hangs, stops, dies, loses its images or fills its disk while callers go on: each of them gets a
/// result or a reason, no program is blamed, and when the engine is well again, so is the pool, by itself, with
/// nothing left over.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class DockerOutageIT {
    private static final int WARM = 2;
    private static final int CALLERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration HEALING = Duration.ofSeconds(90);

    private OwnDockerEngine own;
    private TestEngine engine;
    private ServedRuntimes runtimes;
    private WarmPool pool;
    private Dispatcher dispatcher;

    @BeforeAll
    void startEngine() throws Exception {
        own = new OwnDockerEngine(List.of(TestEngine.runtime("python").image()));
    }

    @AfterAll
    void stopEngine() throws Exception {
        if (own != null) {
            own.close();
        }
    }

    @BeforeEach
    void fillPool() throws Exception {
        engine = TestEngine.docker(getClass(), own.host());
        pool = new WarmPool(engine.engine(), new PoolSettings(6, 8L << 30, 8, 2, Duration.ofMinutes(10)));
        runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine.engine(), pool, new WarmBounds(WARM, WARM));
        runtimes.trust(TestEngine.runtime("python"));
        pool.keep(runtimes.spec(TestEngine.runtime("python")).orElseThrow(), new WarmBounds(WARM, WARM));
        dispatcher = new Dispatcher(runtimes, pool, engine.engine().engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
        awaitHealed();
    }

    @AfterEach
    void healedAndNothingIsLeft() throws Exception {
        try {
            awaitHealed();
            assertThat(runAndRead()).isEqualTo("exited 42");
        } finally {
            pool.close();
            engine.engine().reap();
            await().atMost(HEALING).until(() -> own.containers().isEmpty());
            engine.close();
        }
    }

    /// A sandbox that the service had made without hearing of it is the reaper's.
    private void awaitHealed() {
        await().atMost(HEALING).until(() -> {
            engine.engine().reap();
            return pool.stats().ready() == WARM && pool.stats().alive() == WARM && own.containers().size() == WARM;
        });
    }

    private String runAndRead() throws Exception {
        var program = new Program(Optional.of("print(6*7, end='')".getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
        var submission = new Submission("id", "tenant", Lane.INTERACTIVE, Optional.of("python"), program, Map.of(LimitAxis.WALL_TIME, 5000L));
        try (Execution execution = dispatcher.admit(submission, PATIENCE)) {
            var output = new CollectedOutput();
            return switch (execution.run(output).outcome()) {
                case Outcome.Exited(int code) when code == 0 -> "exited " + new String(output.stdout(), UTF_8);
                case Outcome.Failed failed -> "failed";
                case Outcome other -> other.toString();
            };
        } catch (RejectedException e) {
            return e.kind().name();
        }
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /// What callers got who came without a pause while it happened.
    private Queue<String> underLoad(Fault fault) throws Exception {
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        var over = new AtomicBoolean();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.startVirtualThread(() -> {
                while (!over.get()) {
                    try {
                        String answer = runAndRead();
                        answers.add(answer);
                        if (!answer.startsWith("exited")) {
                            Thread.sleep(20);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        answers.add(e.toString());
                    }
                }
            }));
        }
        try {
            await().atMost(PATIENCE).until(() -> answers.size() > 10);
            fault.strike();
            int before = answers.size();
            await().atMost(HEALING).until(() -> answers.stream().skip(before).filter("exited 42"::equals).count() > 10);
        } finally {
            over.set(true);
            for (Thread caller : callers) {
                assertThat(caller.join(HEALING)).isTrue();
            }
        }
        return answers;
    }

    private void assertNobodyIsBlamed(Queue<String> answers) {
        assertThat(answers).isSubsetOf("exited 42", "failed", "ENGINE_UNAVAILABLE", "AT_CAPACITY", "RUNTIME_UNAVAILABLE");
    }

    @Test
    void engineThatHangsIsReportedAndUsedAgain() throws Exception {
        Queue<String> answers = underLoad(() -> {
            own.hang();
            try {
                await().atMost(HEALING).until(() -> pool.stats().engineDown());
                // a warm sandbox may still be tried
                assertThat(runAndRead()).isIn("ENGINE_UNAVAILABLE", "failed");
            } finally {
                own.goOn();
            }
        });
        assertNobodyIsBlamed(answers);
        assertThat(answers).contains("ENGINE_UNAVAILABLE");
    }

    @Test
    void engineThatRestartsIsUsedAgain() throws Exception {
        assertEngineThatGoesAwayIsUsedAgain(own::stop);
    }

    @Test
    void engineThatIsKilledIsUsedAgain() throws Exception {
        assertEngineThatGoesAwayIsUsedAgain(own::kill);
    }

    private void assertEngineThatGoesAwayIsUsedAgain(Fault end) throws Exception {
        assertNobodyIsBlamed(underLoad(() -> {
            end.strike();
            try {
                await().atMost(HEALING).until(() -> pool.stats().engineDown());
            } finally {
                own.start();
            }
        }));
    }

    @Test
    void fullDiskOfTheEngineIsReportedAndSandboxesAreMadeAgain() throws Exception {
        Queue<String> answers = underLoad(() -> {
            own.fillDisk();
            try {
                await().atMost(HEALING).until(() -> runAndRead().equals("RUNTIME_UNAVAILABLE"));
            } finally {
                own.freeDisk();
            }
        });
        assertNobodyIsBlamed(answers);
    }

    @Test
    void imageThatIsDeletedWhileSandboxesWaitIsMissedOnlyByTheNextOnes() throws Exception {
        String image = TestEngine.runtime("python").image();
        // given an engine that has lost the image by name and by id, which it allows only without containers
        pool.stats().shelves().keySet().forEach(pool::forget);
        await().until(() -> own.containers().isEmpty());
        own.docker("image", "rm", "-f", image);
        assertThat(own.docker("images", "-q").out()).isEmpty();
        // then callers learn that it is this runtime
        await().atMost(PATIENCE).until(() -> runAndRead().equals("RUNTIME_UNAVAILABLE"));
        // when it is back, it serves
        DockerCommand.run(DockerCommand.run(new byte[0], List.of("docker", "save", image)).stdout(), List.of("docker", "--host", own.host().toString(), "load"));
        pool.keep(runtimes.spec(TestEngine.runtime("python")).orElseThrow(), new WarmBounds(WARM, WARM));
    }
}
