package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.Expectation.Comparison;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Several runs of one program: each has a sandbox and an input of its own, and they share what one program may use.
class CasesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FakeEngine engine = new FakeEngine();
    private WarmPool pool;
    private Dispatcher dispatcher;

    @BeforeEach
    void start() throws Exception {
        pool = new WarmPool(engine, new PoolSettings(2, 64L << 30, 1, 2, Duration.ofMinutes(1)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine, pool, new WarmBounds(0, 2));
        for (LanguageRuntime runtime : TestEngine.RUNTIMES.all()) {
            runtimes.trust(runtime);
        }
        dispatcher = new Dispatcher(runtimes, pool, "fake", ExecutionMetrics.NONE, Quotas.none(), 1);
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> pool.stats().leased() == 0);
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private static Case input(String stdin) {
        return new Case(Optional.empty(), Optional.of(stdin.getBytes(UTF_8)), List.of(), Optional.empty());
    }

    private static Case expecting(String stdin, String stdout) {
        return new Case(Optional.empty(), Optional.of(stdin.getBytes(UTF_8)), List.of(), Optional.of(new Expectation(stdout, Comparison.EXACT)));
    }

    private static Program program(String code, List<Case> cases) {
        return new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), new Stdin.Bytes("own".getBytes(UTF_8)), List.of(), Optional.empty(), false, cases);
    }

    private static Submission submission(Program program, Map<LimitAxis, Long> limits) {
        return new Submission("id", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of("python"), program, limits);
    }

    private ExecutionResult run(Program program, Map<LimitAxis, Long> limits, OutputSink sink) throws Exception {
        try (Execution execution = dispatcher.admit(submission(program, limits), PATIENCE)) {
            return execution.run(sink);
        }
    }

    private ExecutionResult run(Program program, Map<LimitAxis, Long> limits) throws Exception {
        return run(program, limits, chunk -> {});
    }

    private static List<String> outputs(ExecutionResult result) {
        return result.cases().stream().map(each -> new String(each.stdout(), UTF_8)).toList();
    }

    @Test
    void eachCaseRunsInASandboxOfItsOwnAndIsReportedWhenItEnds() throws Exception {
        List<String> heard = new ArrayList<>();
        ExecutionResult result = run(program("cat", List.of(expecting("one", "one"), expecting("two", "2"), new Case(Optional.empty(), Optional.empty(), List.of(), Optional.empty()))), Map.of(),
                new OutputSink() {
                    @Override
                    public void started() {
                        heard.add("started");
                    }

                    @Override
                    public void ended(CaseRun run) {
                        heard.add("%d %s created=%d".formatted(run.number(), run.matched(), engine.created()));
                    }

                    @Override
                    public void accept(OutputChunk chunk) {
                        heard.add("chunk");
                    }
                });
        assertThat(outputs(result)).containsExactly("one", "two", "own");
        assertThat(result.outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(heard).first().isEqualTo("started");
        assertThat(heard.stream().map(line -> line.replaceFirst(" created.*", ""))).containsExactly("started", "1 Optional[true]", "2 Optional[false]", "3 Optional.empty");
        assertThat(engine.created()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void firstOutcomeThatIsNotSuccessIsThatOfAll() throws Exception {
        List<Case> cases = new ArrayList<>();
        for (String code : List.of("exit 0", "exit 3", "exit 4")) {
            cases.add(new Case(Optional.empty(), Optional.empty(), List.of(new SourceFile("main.py", code.getBytes(UTF_8))), Optional.empty()));
        }
        ExecutionResult result = run(program("exit 9", cases), Map.of());
        assertThat(result.cases()).extracting(each -> each.run().outcome()).containsExactly(new Outcome.Exited(0), new Outcome.Exited(3), new Outcome.Exited(4));
        assertThat(result.outcome()).isEqualTo(new Outcome.Exited(3));
    }

    @Test
    void casesShareTheirOutput() throws Exception {
        long ceiling = CaseBudget.OUTPUT_BYTES;
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.OUTPUT, ceiling);
        int most = (int) (ceiling * 3 / 4);
        ExecutionResult result = run(program("flood " + most, List.of(input(""), input(""))), limits);
        assertThat(result.cases().getFirst().run().outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(result.cases().getLast().run().outcome()).isEqualTo(new Outcome.OutputLimit(most, ceiling - most));
        assertThat(result.cases().getLast().stdout()).hasSize((int) (ceiling - most));
    }

    @Test
    void cancellationEndsTheCaseThatRunsAndLeavesTheOthersOut() throws Exception {
        try (Execution execution = dispatcher.admit(submission(program("sleep", List.of(input(""), input(""))), Map.of()), PATIENCE)) {
            ExecutionResult result = execution.run(new OutputSink() {
                @Override
                public void started() {
                    Thread.startVirtualThread(() -> execution.cancel(Outcome.By.CLIENT));
                }

                @Override
                public void accept(OutputChunk chunk) {}
            });
            assertThat(result.outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
            assertThat(result.cases()).isEmpty();
        }
    }

    @Test
    void wrongCasesAreRefusedByTheirName() {
        SourceFile twice = new SourceFile("data", new byte[1]);
        assertThat(rejection(program("cat", List.of(input(""), new Case(Optional.empty(), Optional.empty(), List.of(twice, twice), Optional.empty())))))
                .isEqualTo("cases[1].files[1].path: data is given twice");
        assertThat(rejection(program("cat", List.of(new Case(Optional.of(List.of("\0")), Optional.empty(), List.of(), Optional.empty())))))
                .isEqualTo("cases[0].args: an entry must not contain NUL");
        assertThat(rejection(program("cat", Collections.nCopies(101, input(""))))).isEqualTo("cases: cases must have at most 100 entries; got 101");
        var live = new Program(Optional.of("cat".getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), new Stdin.Live(InputStream.nullInputStream()), List.of(), Optional.empty(),
                false, List.of(input("")));
        assertThat(rejection(live)).isEqualTo("cases: cases cannot be run where the input comes while the program runs");
    }

    private String rejection(Program program) {
        RejectedException rejected = catchThrowableOfType(RejectedException.class, () -> dispatcher.admit(submission(program, Map.of()), PATIENCE));
        return rejected.field().orElseThrow() + ": " + rejected.detail();
    }
}
