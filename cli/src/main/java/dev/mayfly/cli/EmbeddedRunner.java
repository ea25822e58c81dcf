package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionReader;
import dev.mayfly.wire.SubmissionRequest;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs on the local engine, in a sandbox made for this one run.
final class EmbeddedRunner implements Runner {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MAX_IDLE = Duration.ofMinutes(5); // a service's own
    private static final PoolSettings ONE_SANDBOX = new PoolSettings(1, Long.MAX_VALUE, 1, 1, Duration.ofHours(1));

    private final Home home;
    private volatile @Nullable Execution execution;

    EmbeddedRunner(Home home) {
        this.home = home;
    }

    @Override
    public RunResult run(SubmissionRequest request, Optional<WindowSize> terminal, InputStream stdin, Output output) throws InterruptedException {
        try (var instance = new InstanceLock(home.lockFolder());
                var engine = home.engine(instance);
                var pool = new WarmPool(engine, ONE_SANDBOX)) {
            Submission submission = SubmissionReader.readInteractive(
                    Runner.json(request, terminal).getBytes(UTF_8), new Requester(ExecutionId.next(), Submission.DEFAULT_TENANT), stdin, MAX_IDLE);
            var runtimes = new ServedRuntimes(home.catalog(), engine, pool, new WarmBounds(0, 0));
            for (LanguageRuntime runtime : runtimes.catalog().all()) {
                runtimes.trust(runtime);
            }
            var dispatcher = new Dispatcher(runtimes, pool, engine.engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
            try (Execution admitted = dispatcher.admit(submission, PATIENCE)) {
                execution = admitted;
                ResultView result = ResultView.of(admitted.run(sink(output)));
                return new RunResult(Json.STRICT.convertValue(result, new TypeReference<>() {}));
            } finally {
                reap(engine);
            }
        } catch (RejectedException e) {
            throw Rejections.exception(e);
        } catch (SandboxException e) {
            throw new CliException(CliException.OUR_FAULT, "no service is running, and no sandbox can be made (%s); ./mayfly up starts what is missing"
                    .formatted(e.getMessage()));
        } finally {
            execution = null;
        }
    }

    private static OutputSink sink(Output output) {
        return new OutputSink() {
            @Override
            public void started() {
                output.started();
            }

            @Override
            public void compiled(Compilation compilation) {
                output.compiled(compilation.stdout(), compilation.stderr());
            }

            @Override
            public void accept(OutputChunk chunk) {
                output.accept(chunk.stream(), chunk.bytes());
            }
        };
    }

    /// What a command that was killed has left. This one has its result already.
    private static void reap(SandboxEngine engine) throws InterruptedException {
        try {
            engine.reap();
        } catch (SandboxException e) {
            System.getLogger(EmbeddedRunner.class.getName()).log(System.Logger.Level.DEBUG, "left to the next one", e);
        }
    }

    @Override
    public void resize(WindowSize size) {
        Execution running = execution;
        if (running != null) {
            try {
                running.resizeTerminal(size);
            } catch (SandboxException e) {
                running.cancel(Outcome.By.CLIENT);
            }
        }
    }

    @Override
    public void signal(int number) {
        Execution running = execution;
        if (running != null) {
            try {
                running.signal(number);
            } catch (SandboxException e) {
                running.cancel(Outcome.By.CLIENT);
            }
        }
    }
}
