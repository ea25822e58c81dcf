package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.StartSignal;
import dev.mayfly.testing.TestEngine;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every submission is either rejected with its reason before anything runs, or ends with an outcome; no sandbox is
/// lost on any path.
class DispatcherTest {
    private static final int BULK_SLOTS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FakeEngine engine = new FakeEngine();
    private WarmPool pool;
    private Dispatcher dispatcher;

    @BeforeEach
    void start() throws Exception {
        pool = new WarmPool(engine, new PoolSettings(4, 64L << 30, 8, 2, Duration.ofMinutes(1)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine, pool, new WarmBounds(0, 2));
        for (LanguageRuntime runtime : TestEngine.RUNTIMES.all()) {
            runtimes.trust(runtime);
        }
        dispatcher = new Dispatcher(runtimes, pool, "fake", ExecutionMetrics.NONE, Quotas.none(), BULK_SLOTS);
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> pool.stats().leased() == 0);
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private static Program program(String code) {
        return new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
    }

    private static Program files(SourceFile... files) {
        return new Program(Optional.empty(), List.of(files), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
    }

    private static SourceFile file(String path) {
        return new SourceFile(path, "exit 0".getBytes(UTF_8));
    }

    private static Submission submission(Program program, Map<LimitAxis, Long> limits) {
        return new Submission("id", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of("python"), program, limits);
    }

    private ExecutionResult run(Program program) throws Exception {
        try (Execution execution = dispatcher.admit(submission(program, Map.of()), PATIENCE)) {
            return execution.run(chunk -> {});
        }
    }

    @Test
    void sandboxThatKeepsItsLimitsIsMadeWithThoseOfTheSubmission() throws Exception {
        engine.neverResize();
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.MEMORY, 64L << 20, LimitAxis.PIDS, 8L, LimitAxis.CPUS, 500L);
        try (Execution execution = dispatcher.admit(submission(program("exit 0"), limits), PATIENCE)) {
            assertThat(engine.alive()).anySatisfy(sandbox -> {
                assertThat(sandbox.spec().limits().memoryBytes()).isEqualTo(64L << 20);
                assertThat(sandbox.spec().limits().pids()).isEqualTo(8);
                assertThat(sandbox.spec().limits().cpuMillis()).isEqualTo(500);
            });
            assertThat(execution.run(chunk -> {}).outcome()).isEqualTo(new Outcome.Exited(0));
        }
    }

    private static Program atTerminal(String code, Duration maxIdle) {
        var terminal = new Stdin.Terminal(InputStream.nullInputStream(), new WindowSize(24, 80), maxIdle);
        return new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), terminal, List.of());
    }

    @Test
    void personAtATerminalHasTheTimeThatThereIsAndAColdInterpreter() throws Exception {
        ExecutionResult result = run(atTerminal("exit 0", Duration.ofMinutes(5)));
        assertThat(result.sandbox().coldReason()).contains("terminal");
        assertThat(result.sandbox().limits().wallTime()).isEqualTo(TestEngine.runtime("python").ceilings().wallTime());
        Map<LimitAxis, Long> asked = Map.of(LimitAxis.WALL_TIME, 1234L);
        try (Execution execution = dispatcher.admit(submission(atTerminal("exit 0", Duration.ofMinutes(5)), asked), PATIENCE)) {
            assertThat(execution.run(chunk -> {}).sandbox().limits().wallTime()).isEqualTo(Duration.ofMillis(1234));
        }
    }

    @Test
    void terminalWhereNothingHappensEndsItsProgram() throws Exception {
        Duration idle = Duration.ofMillis(20);
        assertThat(run(atTerminal("sleep 60", idle)).outcome()).isEqualTo(new Outcome.TimedOut(Outcome.Clock.IDLE_TIME, idle, idle));
    }

    static Stream<Arguments> invalid() {
        Program good = program("exit 0");
        return Stream.of(
                Arguments.of("code", program("")),
                Arguments.of("code", files()),
                Arguments.of("entrypoint", files(file("/etc/passwd"))),
                Arguments.of("entrypoint", files(file("../up.py"))),
                Arguments.of("files[1].path", files(file("main.py"), file("a/../../b"))),
                Arguments.of("files[1].path", files(file("main.py"), file("a//b"))),
                Arguments.of("files[1].path", files(file("main.py"), file("a\0b"))),
                Arguments.of("files[1].path", files(file("main.py"), file("main.py"))),
                Arguments.of("files[1].path", files(file("main.py"), file("x".repeat(256)))),
                Arguments.of("files", files(file("main.py"), file("a"), file("a/b"))),
                Arguments.of("entrypoint", files(file("one.py"), file("two.py"))),
                Arguments.of("args", new Program(good.code(), List.of(), Optional.empty(), List.of("a\0b"), Map.of(), Stdin.EMPTY, List.of())),
                Arguments.of("env.1X", new Program(good.code(), List.of(), Optional.empty(), List.of(), Map.of("1X", ""), Stdin.EMPTY, List.of())),
                Arguments.of("env.X", new Program(good.code(), List.of(), Optional.empty(), List.of(), Map.of("X", "\0"), Stdin.EMPTY, List.of())),
                Arguments.of("outputs", new Program(good.code(), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of("../*"))));
    }

    @Test
    void filesCountInPagesAsTheDiskCountsThem() {
        SourceFile[] files = Stream.concat(Stream.of(file("main.py")), IntStream.rangeClosed(1, 16).mapToObj(i -> file("f" + i))).toArray(SourceFile[]::new);
        RejectedException rejection = catchThrowableOfType(
                RejectedException.class, () -> dispatcher.admit(submission(files(files), Map.of(LimitAxis.DISK, 16L * 4096)), PATIENCE));
        assertThat(rejection.kind()).isEqualTo(Kind.INVALID_SUBMISSION);
        assertThat(rejection.field()).contains("files");
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void invalidSubmissionIsRejectedWithItsField(String field, Program program) {
        var rejection = catchThrowableOfType(
                RejectedException.class, () -> dispatcher.admit(submission(program, Map.of()), PATIENCE).close());
        assertThat(rejection.kind()).isEqualTo(Kind.INVALID_SUBMISSION);
        assertThat(rejection.field()).contains(field);
        assertThat(engine.created()).isZero();
    }

    @ParameterizedTest
    @EnumSource(LimitAxis.class)
    void limitOverItsCeilingIsRefusedWithTheCeiling(LimitAxis axis) {
        long ceiling = TestEngine.runtime("python").ceilings().of(axis);
        var rejection = catchThrowableOfType(RejectedException.class,
                () -> dispatcher.admit(submission(program("exit 0"), Map.of(axis, ceiling + 1)), PATIENCE).close());
        assertThat(rejection.kind()).isEqualTo(Kind.LIMIT_OVER_CEILING);
        assertThat(rejection.field()).contains("limits." + axis.wireName());
        assertThat(rejection.detail()).contains(String.valueOf(axis.toWire(ceiling)));
    }

    @ParameterizedTest
    @EnumSource(LimitAxis.class)
    void limitBelowWhatASandboxNeedsIsInvalid(LimitAxis axis) {
        var rejection = catchThrowableOfType(RejectedException.class,
                () -> dispatcher.admit(submission(program("exit 0"), Map.of(axis, axis.min() - 1)), PATIENCE).close());
        assertThat(rejection.kind()).isEqualTo(Kind.INVALID_SUBMISSION);
        assertThat(rejection.field()).contains("limits." + axis.wireName());
    }

    @Test
    void runtimeThatNeedsMoreSaysSo() {
        var submission = new Submission("id", "t", Lane.INTERACTIVE, Optional.of("node"), program("exit 0"), Map.of(LimitAxis.PIDS, 5L));
        var rejection = catchThrowableOfType(RejectedException.class, () -> dispatcher.admit(submission, PATIENCE).close());
        assertThat(rejection.kind()).isEqualTo(Kind.INVALID_SUBMISSION);
        assertThat(rejection.field()).contains("limits.pids");
        assertThat(rejection.detail()).isEqualTo("pids must be at least 11 for node:24; got 5");
    }

    @Test
    void unknownRuntimeIsNamedAlongWithThoseThatExist() {
        var submission = new Submission("id", "t", Lane.INTERACTIVE, Optional.of("cobol"), program("x"), Map.of());
        var rejection = catchThrowableOfType(RejectedException.class, () -> dispatcher.admit(submission, PATIENCE).close());
        assertThat(rejection.kind()).isEqualTo(Kind.UNKNOWN_RUNTIME);
        assertThat(rejection.detail()).contains("cobol").contains("python:3.13").contains("node:24");
    }

    @Test
    void endingOfTheFileNamesTheRuntime() throws Exception {
        var submission = new Submission("id", "t", Lane.INTERACTIVE, Optional.empty(), files(file("hello.js")), Map.of());
        try (Execution execution = dispatcher.admit(submission, PATIENCE)) {
            assertThat(execution.runtime()).isEqualTo("node:24");
            execution.run(chunk -> {});
        }
    }

    static Stream<Arguments> programsOfSeveralFiles() {
        return Stream.of(
                Arguments.of("node:24", "", "main.js", files(file("lib.js"), file("main.js"), file("lib.py"))),
                Arguments.of("python:3.13", "", "main.py", files(file("main.csv"), file("main.py"), file("lib/main.js"))),
                Arguments.of("node:24", "javascript", "main.mjs", files(file("main.mjs"), file("lib.mjs"))),
                Arguments.of("node:24", "js", "main.js", files(file("main.mjs"), file("main.js"))),
                Arguments.of("bash:5.2", "sh", "main.sh", files(file("main.py"), file("main.sh"))));
    }

    @ParameterizedTest
    @MethodSource
    void programsOfSeveralFiles(String runtime, String named, String started, Program program) throws Exception {
        var submission = new Submission("id", "t", Lane.INTERACTIVE, Optional.of(named).filter(name -> !name.isEmpty()), program, Map.of());
        try (Execution execution = dispatcher.admit(submission, PATIENCE)) {
            assertThat(execution.runtime()).isEqualTo(runtime);
            assertThat(Preparation.of(submission, TestEngine.runtime(runtime)).program().entrypoint()).isEqualTo(started);
            execution.run(chunk -> {});
        }
    }

    @Test
    void severalMainsOfSeveralLanguagesNeedAChoice() {
        var submission = new Submission("id", "t", Lane.INTERACTIVE, Optional.empty(), files(file("main.py"), file("main.js")), Map.of());
        var rejection = catchThrowableOfType(RejectedException.class, () -> dispatcher.admit(submission, PATIENCE).close());
        assertThat(rejection.field()).contains("runtime");
        assertThat(rejection.detail()).contains("give runtime or entrypoint");
    }

    @Test
    void failingProgramIsASuccessfulExecution() throws Exception {
        ExecutionResult result = run(program("exit 3"));
        assertThat(result.outcome()).isEqualTo(new Outcome.Exited(3));
    }

    @Test
    void brokenSandboxesAreReplacedWhenUserCodeHadNotStarted() throws Exception {
        engine.breakNextRuns(3);
        assertThat(run(program("exit 0")).outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(engine.created()).isEqualTo(4);
    }

    @Test
    void submissionThatBreaksEverySandboxEndsAndMayBeSentAgain() throws Exception {
        engine.breakNextRuns(Integer.MAX_VALUE);
        assertThat(run(program("exit 0")).outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(failed.retryable()).isTrue());
        assertThat(engine.created()).isEqualTo(4);
    }

    @Test
    void sandboxThatBreaksMidRunIsOurFailureAndNotRetryable() throws Exception {
        var result = new CompletableFuture<ExecutionResult>();
        try (Execution execution = dispatcher.admit(submission(program("sleep"), Map.of()), PATIENCE)) {
            var started = new CountDownLatch(1);
            Thread.startVirtualThread(() -> result.complete(execution.run(new StartSignal(started))));
            started.await();
            engine.alive().forEach(FakeEngine.FakeSandbox::close);
            assertThat(result.join().outcome()).isInstanceOfSatisfying(
                    Outcome.Failed.class, failed -> assertThat(failed.retryable()).isFalse());
        }
    }

    @Test
    void cancellationEndsTheRunAndTellsByWhom() throws Exception {
        try (Execution execution = dispatcher.admit(submission(program("sleep"), Map.of()), PATIENCE)) {
            var started = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                try {
                    started.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                execution.cancel(Outcome.By.CLIENT);
                execution.cancel(Outcome.By.SHUTDOWN);
            });
            assertThat(execution.run(new StartSignal(started)).outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void executionCancelledBeforeItsStartNeverRuns() throws Exception {
        try (Execution execution = dispatcher.admit(submission(program("exit 0"), Map.of()), PATIENCE)) {
            execution.cancel(Outcome.By.DISCONNECT);
            assertThat(execution.run(chunk -> {}).outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.DISCONNECT));
        }
    }

    @Test
    void coldStartSaysWhy() throws Exception {
        var python = TestEngine.runtime("python");
        assertThat(python.coldReason(Map.of("PYTHONPATH", "x"), python.defaults())).get().asString().contains("PYTHONPATH");
        assertThat(python.coldReason(Map.of("GREETING", "x"), python.defaults())).isEmpty();
        try (Execution execution = dispatcher.admit(submission(program("exit 0"), Map.of()), PATIENCE)) {
            assertThat(execution.run(chunk -> {}).sandbox().coldReason()).isEqualTo("no sandbox of this kind was waiting");
        }
    }

    @Test
    void bulkLaneHasNoMoreThanItsSlots() throws Exception {
        // given as many bulk executions as there are slots
        var bulk = new Submission("id", Submission.DEFAULT_TENANT, Lane.BULK, Optional.of("python"), program("exit 0"), Map.of());
        Execution first = dispatcher.admit(bulk, PATIENCE);
        try (Execution second = dispatcher.admit(bulk, PATIENCE)) {
            // when one more comes, then it waits for a slot, and for others there is a sandbox
            var third = new CompletableFuture<Execution>();
            Thread.startVirtualThread(() -> {
                try {
                    third.complete(dispatcher.admit(bulk, PATIENCE));
                } catch (RejectedException | InterruptedException e) {
                    third.completeExceptionally(e);
                }
            });
            dispatcher.admit(submission(program("exit 0"), Map.of()), PATIENCE).close();
            assertThat(third.isDone()).isFalse();
            // and when one has ended, it has one
            first.close();
            first.close();
            third.get().close();
            assertThat(second.runtime()).isEqualTo("python:3.13");
        }
    }
}
