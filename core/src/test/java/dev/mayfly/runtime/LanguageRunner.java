package dev.mayfly.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs programs of some languages in sandboxes of the engine `oci`, as the service does.
final class LanguageRunner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// At the end of a program of any language it is an error of syntax.
    private static final String MISTAKE = "\n)(\n";

    private final TestEngine engine;
    private final WarmPool pool;
    private final Dispatcher dispatcher;

    /// @param languages whose images are there
    LanguageRunner(Class<?> test, List<LanguageRuntime> languages) throws Exception {
        engine = TestEngine.oci(test);
        pool = new WarmPool(engine.engine(), new PoolSettings(2, Long.MAX_VALUE, 8, 2, Duration.ofMinutes(5)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine.engine(), pool, new WarmBounds(0, 0));
        for (LanguageRuntime runtime : languages) {
            runtimes.trust(runtime);
            assertThat(runtimes.spec(runtime)).as("the image of %s, which runtimes/build --optional builds", runtime.id()).isPresent();
        }
        dispatcher = new Dispatcher(runtimes, pool, engine.engine().engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
    }

    record Ran(ExecutionResult result, String stdout, String stderr) {}

    private static Submission submission(Program program, LanguageRuntime runtime, Map<LimitAxis, Long> limits) {
        return new Submission("id", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of(runtime.id()), program, limits);
    }

    Ran run(Program program, LanguageRuntime runtime, Map<LimitAxis, Long> limits) throws Exception {
        return ran(dispatcher.admit(submission(program, runtime, limits), PATIENCE));
    }

    private Ran check(String code, LanguageRuntime runtime) throws Exception {
        var program = new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
        return ran(dispatcher.admitCheck(submission(program, runtime, Map.of()), PATIENCE));
    }

    private static Ran ran(Execution admitted) throws Exception {
        try (Execution execution = admitted) {
            var output = new CollectedOutput();
            ExecutionResult result = execution.run(output);
            return new Ran(result, new String(output.stdout(), UTF_8), new String(output.stderr(), UTF_8));
        }
    }

    /// That a right program is found right, and does not run, and that a mistake is found.
    void assertThatCheckFindsErrors(LanguageRuntime runtime) throws Exception {
        Ran right = check(runtime.hello().code(), runtime);
        assertThat(right.result().outcome()).as(right.toString()).isEqualTo(new Outcome.Exited(0));
        assertThat(right.stdout()).doesNotContain(runtime.hello().stdout().strip());
        Ran wrong = check(runtime.hello().code() + MISTAKE, runtime);
        assertThat(wrong.result().outcome()).as(wrong.toString()).isInstanceOf(Outcome.Exited.class).isNotEqualTo(new Outcome.Exited(0));
        assertThat(wrong.stdout() + wrong.stderr()).isNotBlank();
        assertThat((wrong.stdout() + wrong.stderr()).lines()).doesNotContain(runtime.hello().stdout().strip()); // but a compiler may show the program
    }

    @Override
    public void close() throws Exception {
        pool.close();
        engine.close();
    }
}
