package dev.mayfly.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Borrower;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.NoSandboxException;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sandboxes that die by no fault of their program: what had not started runs all the same, what had is reported as our
/// fault and is not run again, and the pool heals.
public abstract class FaultContract extends EngineContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WARM = 2;

    /// How long a sandbox may take to be ready.
    protected static final Duration READY = Duration.ofSeconds(6);

    private WarmPool pool;
    private Dispatcher dispatcher;
    private SandboxSpec spec;

    /// Ends every sandbox from outside.
    protected abstract void killSandboxes() throws Exception;

    /// How a running program ends whose PID 1 is killed from the host.
    protected Class<? extends Outcome> endOfAKilledSandbox() {
        return Outcome.Failed.class;
    }

    @BeforeEach
    void fillPool() throws Exception {
        pool = new WarmPool(engine.engine(), new PoolSettings(6, 8L << 30, 8, 2, Duration.ofMinutes(10)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine.engine(), pool, new WarmBounds(WARM, WARM));
        runtimes.trust(TestEngine.runtime("python"));
        spec = runtimes.spec(TestEngine.runtime("python")).orElseThrow();
        pool.keep(spec, new WarmBounds(WARM, WARM));
        dispatcher = new Dispatcher(runtimes, pool, engine.engine().engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
        awaitHealed();
    }

    @AfterEach
    void healedAndNothingIsLeft() throws Exception {
        awaitHealed();
        pool.close();
        assertThat(engine.containers()).isEmpty();
    }

    private void awaitHealed() {
        await().atMost(Duration.ofSeconds(30)).until(() -> pool.stats().ready() == WARM && pool.stats().alive() == WARM);
    }

    private Execution admit(String code) throws Exception {
        var program = new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
        return dispatcher.admit(new Submission("id", "tenant", Lane.INTERACTIVE, Optional.of("python"), program, Map.of()), PATIENCE);
    }

    @Test
    void parkedSandboxesThatWereKilledServeNobody() throws Exception {
        killSandboxes();
        var output = new CollectedOutput();
        try (Execution execution = admit("print(6*7)")) {
            assertThat(execution.run(output).outcome()).isEqualTo(new Outcome.Exited(0));
        }
        assertThat(new String(output.stdout(), UTF_8)).isEqualTo("42\n");
    }

    @Test
    void programWhoseSandboxDiesBeforeItStartsRunsInAnother() throws Exception {
        var output = new CollectedOutput();
        try (Execution execution = admit("print(6*7)")) {
            // given an execution whose sandbox is killed after it was leased
            killSandboxes();
            // when it runs, then it runs in another, once
            assertThat(execution.run(output).outcome()).isEqualTo(new Outcome.Exited(0));
        }
        assertThat(new String(output.stdout(), UTF_8)).isEqualTo("42\n");
    }

    @Test
    void programWhoseSandboxDiesWhileItRunsEndsAndRunsOnlyOnce() throws Exception {
        var started = new CountDownLatch(1);
        try (Execution execution = admit("import time; print('once', flush=True); time.sleep(60)")) {
            var run = new FutureTask<>(() -> execution.run(chunk -> started.countDown()));
            Thread.startVirtualThread(run);
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            killSandboxes();
            Outcome end = run.get(20, TimeUnit.SECONDS).outcome();
            assertThat(end).isInstanceOf(endOfAKilledSandbox());
            assertThat(end instanceof Outcome.Failed failed && failed.retryable()).isFalse();
        }
    }

    private SandboxSpec broken(List<String> warmCommand, String image) {
        return new SandboxSpec("broken:1", image, warmCommand, spec.rehearsal(), spec.limits(), spec.ociRuntime());
    }

    @Test
    void runtimeWhoseInterpreterNeverWaitsIsReportedAndTheOthersServe() throws Exception {
        assertReportedAndTheOthersServe(broken(List.of("/bin/sleep", "600"), spec.image()), "not ready in 6 s");
    }

    @Test
    void runtimeWithoutItsInterpreterIsReportedAndTheOthersServe() throws Exception {
        assertReportedAndTheOthersServe(broken(List.of("/no/such/interpreter"), spec.image()), "/no/such/interpreter");
    }

    @Test
    void runtimeWithoutItsImageIsReportedAndTheOthersServe() throws Exception {
        String image = "sha256:" + "0".repeat(64);
        assertReportedAndTheOthersServe(broken(spec.warmCommand(), image), image);
    }

    private void assertReportedAndTheOthersServe(SandboxSpec broken, String reason) throws Exception {
        pool.keep(broken, new WarmBounds(1, 1));
        assertThatThrownBy(() -> pool.lease(broken, new Borrower(Lane.INTERACTIVE, "tenant"), Duration.ofMinutes(2)))
                .isInstanceOfSatisfying(NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.RUNTIME_BROKEN))
                .hasMessageContaining(reason);
        try (Execution execution = admit("print(6*7)")) {
            assertThat(execution.run(chunk -> {}).outcome()).isEqualTo(new Outcome.Exited(0));
        }
        pool.forget(broken);
    }
}
