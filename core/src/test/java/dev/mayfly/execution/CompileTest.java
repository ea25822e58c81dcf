package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.CompileStep;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.LanguageRuntimeBuilder;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A language that compiles does so in one sandbox and runs in the next one, with what the compiler has made and the
/// limits of each.
class CompileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<LimitAxis, Long> COMPILER = Map.of(LimitAxis.MEMORY, 512L << 20, LimitAxis.WALL_TIME, 30_000L);

    private final FakeEngine engine = new FakeEngine();
    private final ConcurrentLinkedQueue<PreparedProgram> ran = new ConcurrentLinkedQueue<>();
    private WarmPool pool;

    @BeforeEach
    void start() {
        pool = new WarmPool(engine, new PoolSettings(1, 64L << 30, 1, 2, Duration.ofMinutes(1)));
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> pool.stats().leased() == 0);
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private static LanguageRuntime runtime(boolean onRequest) {
        return runtime(new CompileStep(List.of("compile"), List.of("main"), COMPILER, onRequest));
    }

    private static LanguageRuntime runtime(CompileStep step) {
        return LanguageRuntimeBuilder.builder(TestEngine.runtime("bash")).name("compiled").version("1").aliases(List.of()).image("compiled").extensions(List.of(".c")).entrypoint("main.c")
                .command(List.of("./main")).environment(Map.of()).hello(new LanguageRuntime.Hello("print hello", "hello")).compile(Optional.of(step)).optional(true).build();
    }

    private Dispatcher dispatcher(LanguageRuntime runtime) throws Exception {
        var runtimes = new ServedRuntimes(new RuntimeCatalog(List.of(runtime)), engine, pool, new WarmBounds(0, 0));
        runtimes.trust(runtime);
        return new Dispatcher(runtimes, pool, "fake", ExecutionMetrics.NONE, Quotas.none(), 1);
    }

    private static Submission submission(String code, Optional<Boolean> compile) {
        var program = new Program(Optional.of(code.getBytes(UTF_8)), List.of(new SourceFile("data", new byte[1])), Optional.empty(), List.of("argument"), Map.of(), Stdin.EMPTY,
                List.of("*.txt"), compile, false, List.of());
        return new Submission("id", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of("compiled"), program, Map.of(LimitAxis.MEMORY, 64L << 20));
    }

    /// What came, one word each.
    private final class Heard implements OutputSink {
        private final List<String> all = new ArrayList<>();

        @Override
        public void started() {
            all.add("started");
            remember();
        }

        @Override
        public void compiled(Compilation compilation) {
            all.add("compiled: " + new String(compilation.stderr(), UTF_8));
            remember();
        }

        @Override
        public void accept(OutputChunk chunk) {
            all.add(new String(chunk.bytes(), UTF_8));
            remember();
        }

        private void remember() {
            engine.alive().forEach(sandbox -> sandbox.ran().filter(program -> !ran.contains(program)).ifPresent(ran::add));
        }
    }

    private ExecutionResult run(LanguageRuntime runtime, Submission submission, Heard heard) throws Exception {
        try (Execution execution = dispatcher(runtime).admit(submission, PATIENCE)) {
            return execution.run(heard);
        }
    }

    @Test
    void programIsCompiledInOneSandboxAndRunInTheNext() throws Exception {
        var heard = new Heard();
        ExecutionResult result = run(runtime(false), submission("print done", Optional.empty()), heard);
        assertThat(heard.all).containsExactly("started", "compiled: warning", "done");
        assertThat(result.outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(result.compilation().orElseThrow().run().outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(engine.created()).isEqualTo(2);
        PreparedProgram compiler = ran.remove();
        assertThat(compiler.command()).containsExactly("compile");
        assertThat(compiler.outputs()).containsExactly("main");
        assertThat(compiler.limits().memoryBytes()).isEqualTo(512L << 20);
        PreparedProgram program = ran.remove();
        assertThat(program.command()).containsExactly("./main");
        assertThat(program.args()).containsExactly("argument");
        assertThat(program.outputs()).containsExactly("*.txt");
        assertThat(program.limits().memoryBytes()).isEqualTo(64L << 20);
        assertThat(program.files()).extracting(file -> file.path() + (file.executable() ? "*" : "")).containsExactly("main.c", "data", "main*");
    }

    @Test
    void programThatDoesNotCompileIsNotRun() throws Exception {
        var heard = new Heard();
        ExecutionResult result = run(runtime(false), submission("broken", Optional.empty()), heard);
        assertThat(heard.all).containsExactly("started", "compiled: error");
        assertThat(result.outcome()).isEqualTo(new Outcome.CompileFailed(new Outcome.Exited(1)));
        assertThat(engine.created()).isEqualTo(1);
    }

    @Test
    void programIsCompiledOnceForAllItsCases() throws Exception {
        Program once = submission("cat", Optional.empty()).program();
        List<Case> cases = Stream.of("one", "two", "three").map(stdin -> new Case(Optional.empty(), Optional.of(stdin.getBytes(UTF_8)), List.of(), Optional.empty())).toList();
        var program = new Program(once.code(), once.files(), once.entrypoint(), once.args(), once.env(), once.stdin(), once.outputs(), Optional.empty(), false, cases);
        var heard = new Heard();
        ExecutionResult result = run(runtime(false), new Submission("id", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of("compiled"), program, Map.of()), heard);
        assertThat(result.cases()).extracting(each -> new String(each.stdout(), UTF_8)).containsExactly("one", "two", "three");
        assertThat(heard.all).containsExactly("started", "compiled: warning");
        assertThat(engine.created()).isEqualTo(4);
    }

    @Test
    void secondSandboxComesThoughTheIntakeStopsMeanwhile() throws Exception {
        Dispatcher dispatcher = dispatcher(runtime(false));
        try (Execution execution = dispatcher.admit(submission("print done", Optional.empty()), PATIENCE)) {
            ExecutionResult result = execution.run(new OutputSink() {
                @Override
                public void compiled(Compilation compilation) {
                    pool.stopIntake();
                }

                @Override
                public void accept(OutputChunk chunk) {}
            });
            assertThat(result.outcome()).isEqualTo(new Outcome.Exited(0));
        }
    }

    @Test
    void brokenSandboxIsReplacedInEachPhase() throws Exception {
        engine.breakNextRuns(2);
        assertThat(run(runtime(false), submission("print done", Optional.empty()), new Heard()).outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(engine.created()).isEqualTo(4);
    }

    @Test
    void compilerIsCancelledWithItsExecution() throws Exception {
        Dispatcher dispatcher = dispatcher(runtime(false));
        try (Execution execution = dispatcher.admit(submission("sleep", Optional.empty()), PATIENCE)) {
            var ended = CompletableFuture.supplyAsync(() -> execution.run(new Heard()));
            await().until(() -> engine.alive().stream().anyMatch(sandbox -> sandbox.ran().isPresent()));
            execution.cancel(Outcome.By.CLIENT);
            assertThat(ended.join().outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
        }
    }

    @Test
    void programThatDoesNotFitItsDiskIsNotRun() throws Exception {
        Submission small = submission("print " + "x".repeat(200 << 10), Optional.empty());
        var tight = new Submission(small.id(), small.tenant(), small.lane(), small.runtime(), small.program(), Map.of(LimitAxis.DISK, 256L << 10));
        ExecutionResult result = run(runtime(false), tight, new Heard());
        assertThat(result.outcome()).isEqualTo(new Outcome.CompileFailed(new Outcome.Exited(0)));
        assertThat(new String(result.compilation().orElseThrow().stderr(), UTF_8)).contains("diskBytes is 262144");
    }

    /// A name stays what it is: no option of the compiler, no placeholder.
    @Test
    void namesOfFilesAreNamesToTheCompiler() {
        var step = new CompileStep(List.of("cc", "{sources}", "-m{memoryMiB}"), List.of(), Map.of(), false);
        assertThat(runtime(step).compileCommand(step, "main.c", List.of("main.c", "-Dx.c", "@x.c", "{memoryMiB}.c", "data")))
                .containsExactly("cc", "./-Dx.c", "./@x.c", "main.c", "{memoryMiB}.c", "-m256");
    }

    @Test
    void stepOnRequestRunsWhereItIsAskedFor() throws Exception {
        LanguageRuntime runtime = runtime(true);
        var heard = new Heard();
        assertThat(run(runtime, submission("broken", Optional.of(true)), heard).outcome()).isEqualTo(new Outcome.CompileFailed(new Outcome.Exited(1)));
        assertThat(run(runtime, submission("print done", Optional.empty()), heard).compilation()).isEmpty();
        assertThat(run(runtime, submission("print done", Optional.of(false)), heard).compilation()).isEmpty();
        assertThat(heard.all).containsExactly("started", "compiled: error", "started", "done", "started", "done");
    }

    @Test
    void stepThatCannotBeLeftOutOrIsNotThereIsRefused() throws Exception {
        assertThat(rejection(runtime(false), Optional.of(false))).isEqualTo("a program of compiled:1 must be compiled");
        assertThat(rejection(TestEngine.runtime("bash"), Optional.of(true))).isEqualTo("bash:5.2 has no compile step");
    }

    private String rejection(LanguageRuntime runtime, Optional<Boolean> compile) throws Exception {
        Dispatcher dispatcher = dispatcher(runtime);
        Submission submission = submission("print done", compile).withRuntime(runtime.name());
        RejectedException rejected = catchThrowableOfType(RejectedException.class, () -> dispatcher.admit(submission, PATIENCE));
        assertThat(rejected.field()).contains("compile");
        return rejected.detail();
    }

    /// A new image serves once its hello was compiled and has run.
    @Test
    void helloIsCompiled() throws Exception {
        LanguageRuntime runtime = runtime(false);
        var runtimes = new ServedRuntimes(new RuntimeCatalog(List.of(runtime)), engine, pool, new WarmBounds(0, 0));
        runtimes.refresh();
        assertThat(runtimes.spec(runtime)).isPresent();
        assertThat(engine.created()).isEqualTo(2);
    }
}
