package dev.mayfly.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.EngineContract;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a program shows comes back as files, and all else is as without.
@NeedsRoot
class DisplayIT extends EngineContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TABLE = "class Table:\n def __repr__(self): return 'words'\n def _repr_html_(self): return '<b>é</b>'\n";
    private static final String IMAGE = "class Image:\n def _repr_png_(self): return b'\\x89PNG'\n";
    /// In the place of Matplotlib.
    private static final String PLOTS = """
            opened = [1, 2]
            class Figure:
                def __init__(self, number): self.number = number
                def savefig(self, into, format, bbox_inches): into.write(b'%s of figure %d' % (format.encode(), self.number))
            def get_fignums(): return list(opened)
            def figure(number): return Figure(number)
            def close(figure): opened.remove(figure.number)
            """;

    private WarmPool pool;
    private Dispatcher dispatcher;

    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    @BeforeAll
    void open() throws Exception {
        pool = new WarmPool(engine.engine(), new PoolSettings(4, 8L << 30, 8, 2, Duration.ofMinutes(10)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine.engine(), pool, new WarmBounds(0, 1));
        runtimes.trust(TestEngine.runtime("python"));
        runtimes.trust(TestEngine.runtime("bash"));
        dispatcher = new Dispatcher(runtimes, pool, engine.engine().engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
    }

    @AfterAll
    void close() {
        pool.close();
    }

    private record Ran(ExecutionResult result, String stdout, String stderr) {
        /// `PATH: CONTENT`
        List<String> files() {
            return result.run().files().stream().map(file -> "%s: %s".formatted(file.path(), new String(file.content(), UTF_8))).sorted().toList();
        }
    }

    private Ran run(String code, boolean display, Map<String, String> env, SourceFile... files) throws Exception {
        List<SourceFile> all = new ArrayList<>(List.of(files));
        all.add(new SourceFile("main.py", code.getBytes(UTF_8)));
        var program = new Program(Optional.empty(), all, Optional.of("main.py"), List.of("one", "two"), env, new Stdin.Bytes("typed".getBytes(UTF_8)), List.of("out/*"), Optional.empty(), display,
                List.of());
        var output = new CollectedOutput();
        try (Execution execution = dispatcher.admit(new Submission("id", "tenant", Lane.INTERACTIVE, Optional.of("python"), program, Map.of()), PATIENCE)) {
            ExecutionResult result = execution.run(output);
            return new Ran(result, new String(output.stdout(), UTF_8), new String(output.stderr(), UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 + 1                                       | display/1.txt: 2
            x = 1                                       |
            print('shown')                              |
            Table()                                     | display/1.html: <b>é</b>, display/1.txt: words
            display(Table()); display(7)\\n'last'       | display/1.html: <b>é</b>, display/1.txt: words, display/2.txt: 7, display/3.txt: 'last'
            Image()                                     | display/1.png: \u0089PNG
            from __future__ import annotations\\nimport os; os.mkdir('out'); open('out/own', 'w').write('mine') | display/1.txt: 4, out/own: mine
            """)
    void valueOfTheLastExpressionAndWhatIsDisplayedAreFiles(String code, String files) throws Exception {
        Ran ran = run(code.contains("__future__") ? code.replace("\\n", "\n") : TABLE + IMAGE + code.replace("\\n", "\n"), true, Map.of());
        assertThat(ran.stderr()).isEmpty();
        assertThat(String.join(", ", ran.files()).replace("\uFFFD", "\u0089")).isEqualTo(files == null ? "" : files);
    }

    @Test
    void figuresThatAreOpenAtTheEndAreFiles() throws Exception {
        SourceFile[] plots = {new SourceFile("matplotlib/__init__.py", new byte[0]), new SourceFile("matplotlib/pyplot.py", PLOTS.getBytes(UTF_8))};
        assertThat(run("import matplotlib.pyplot", true, Map.of(), plots).files()).containsExactly("display/1.png: png of figure 1", "display/2.png: png of figure 2");
        Ran failed = run("import matplotlib.pyplot\n1 / 0", true, Map.of(), plots);
        assertThat(failed.files()).hasSize(2);
        assertThat(failed.result().outcome()).isEqualTo(new Outcome.Exited(1));
    }

    /// All that a program finds and writes, and how it ends.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            import sys; print(sys.argv, sys.orig_argv, sys.path[0], __name__, __file__, __doc__, __spec__, __cached__, type(__loader__), input())
            def f(): raise ValueError('x')\\ntry: f()\\nexcept ValueError as e: raise KeyError('y') from e
            if True print('no syntax')
            import sys; sys.exit(7)
            import sys; sys.exit('words')
            raise SystemExit
            import os, signal; os.kill(os.getpid(), signal.SIGKILL)
            import sys; sys.excepthook = lambda *e: print('own hook', e[0]); 1 / 0
            import atexit; atexit.register(print, 'at the end'); 1 / 0
            import displays
            import pickle\\nclass C: pass\\nprint(type(pickle.loads(pickle.dumps(C()))))
            import threading; threading.Thread(target=lambda: print('from a thread')).start()
            """)
    void programItselfSeesNoDifference(String code) throws Exception {
        for (Map<String, String> env : List.of(Map.<String, String>of(), Map.of("PYTHONSAFEPATH", "1"))) {
            Ran plain = run(code.replace("\\n", "\n"), false, env);
            Ran shown = run(code.replace("\\n", "\n"), true, env);
            assertThat(shown.stdout()).isEqualTo(plain.stdout());
            assertThat(shown.stderr()).isEqualTo(plain.stderr());
            assertThat(shown.result().outcome()).isEqualTo(plain.result().outcome());
            assertThat(shown.files()).isEmpty();
        }
    }

    @Test
    void whatCannotBeWrittenIsReportedAndTheProgramGoesOn() throws Exception {
        Ran ran = run("open('display', 'w').close()\ndisplay(1)\nprint('after')", true, Map.of());
        assertThat(ran.stdout()).isEqualTo("after\n");
        assertThat(ran.stderr()).startsWith("mayfly: what the program shows is lost: ").contains("display").hasLineCount(1);
        assertThat(ran.result().outcome()).isEqualTo(new Outcome.Exited(0));
    }

    @Test
    void languageThatHasNothingToDisplaySaysSo() {
        var program = new Program(Optional.of(new byte[] {'1'}), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of(), Optional.empty(), true, List.of());
        RejectedException rejection = catchThrowableOfType(RejectedException.class,
                () -> dispatcher.admit(new Submission("id", "tenant", Lane.INTERACTIVE, Optional.of("bash"), program, Map.of()), PATIENCE));
        assertThat(rejection.field()).contains("display");
        assertThat(rejection.detail()).isEqualTo("a program of bash:5.2 has nothing to display");
    }
}
