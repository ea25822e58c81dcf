package dev.mayfly.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Program;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// An optional language does in a sandbox what it does by hand: each `runtimes/LANGUAGE/programs/NAME.OUTCOME.EXTENSION`,
/// with two arguments and two lines of input, prints what is expected of its name, or what `NAME.txt` beside it has, and
/// ends with its outcome.
public abstract class LanguagesContract {
    private static final Pattern FILE = Pattern.compile("(?<name>[a-z-]+)\\.(?<outcome>exited-\\d+|signaled-SIG[A-Z]+)\\.[A-Za-z]+");
    private static final List<String> ARGUMENTS = List.of("one", "two words");
    private static final Stdin INPUT = new Stdin.Bytes("first\nsecond\n".getBytes(UTF_8));
    private static final Map<String, String> PRINTED = Map.of(
            "arguments", "2 arguments: one|two words\n2 lines, the last is second\n",
            "numbers", "25 primes below 100, their sum is 1060\n2 ** 62 = 4611686018427387904\n1/3 = 0.333333\n",
            "files", "a.txt b.txt\nhello from a\n",
            "text", "apple 2\npear 1\nplum 3\nZwölf Boxkämpfer\n",
            "fails", "before\n");

    private LanguageRunner runner;

    /// Those whose images are there.
    protected abstract List<LanguageRuntime> languages();

    @BeforeEach
    void start() throws Exception {
        runner = new LanguageRunner(getClass(), languages());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        runner.close();
    }

    private static Program program(String code, Optional<Boolean> compile) {
        return new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), ARGUMENTS, Map.of(), INPUT, List.of(), compile, false, List.of());
    }

    @TestFactory
    Stream<DynamicTest> programs() {
        return languages().stream().flatMap(runtime -> Stream.concat(
                Stream.of(dynamicTest(runtime.name() + ": hello", () -> helloRuns(runtime))),
                files(runtime).map(file -> dynamicTest(runtime.name() + ": " + file.getFileName(), () -> runs(runtime, file)))));
    }

    private void helloRuns(LanguageRuntime runtime) throws Exception {
        LanguageRunner.Ran ran = runner.run(program(runtime.hello().code(), Optional.empty()), runtime, Map.of());
        assertThat(ran.stdout()).as(ran.toString()).isEqualTo(runtime.hello().stdout());
        assertThat(ran.result().outcome()).isEqualTo(new Outcome.Exited(0));
    }

    private static Stream<Path> files(LanguageRuntime runtime) {
        try (Stream<Path> files = Files.list(Path.of("runtimes", runtime.name(), "programs"))) {
            List<Path> programs = files.filter(file -> !file.toString().endsWith(".txt")).sorted().toList();
            assertThat(programs).as("programs of %s", runtime.name()).hasSizeGreaterThanOrEqualTo(5);
            return programs.stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void runs(LanguageRuntime runtime, Path file) throws Exception {
        Matcher name = FILE.matcher(file.getFileName().toString());
        assertThat(name.matches()).as("%s is named NAME.OUTCOME.EXTENSION", file).isTrue();
        Path text = file.resolveSibling(name.group("name") + ".txt");
        String expected = Files.exists(text) ? Files.readString(text) : PRINTED.get(name.group("name"));
        // also through the compile step that is not needed
        Optional<Boolean> compile = runtime.compile().filter(CompileStep::onRequest).map(step -> true);
        LanguageRunner.Ran ran = runner.run(program(Files.readString(file), compile), runtime, Map.of());
        assertThat(ran.stdout()).as("%s%s", ran, compiler(ran.result())).isEqualTo(expected);
        assertThat(outcome(ran.result().outcome())).isEqualTo(name.group("outcome"));
        assertThat(ran.result().compilation().isPresent()).isEqualTo(runtime.compile().isPresent());
    }

    private static String compiler(ExecutionResult result) {
        return result.compilation().map(made -> new String(made.stdout(), UTF_8) + new String(made.stderr(), UTF_8)).orElse("");
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> "exited-" + code;
            case Outcome.Signaled(int signal) -> "signaled-" + Signals.name(signal);
            default -> outcome.toString();
        };
    }

    /// Of every language that compiles.
    @TestFactory
    Stream<DynamicTest> mistakes() {
        return languages().stream().filter(runtime -> runtime.compile().isPresent()).map(runtime -> dynamicTest(runtime.name() + ": mistake", () -> {
            LanguageRunner.Ran ran = runner.run(program("surely no program", Optional.of(true)), runtime, Map.of());
            assertThat(ran.result().outcome()).isInstanceOf(Outcome.CompileFailed.class);
            assertThat(compiler(ran.result())).contains(runtime.entrypoint());
            assertThat(ran.stdout()).isEmpty();
        }));
    }

    @TestFactory
    Stream<DynamicTest> checks() {
        return languages().stream().map(runtime -> dynamicTest(runtime.name() + ": check", () -> runner.assertThatCheckFindsErrors(runtime)));
    }

    /// The file is in the work folder as well.
    @TestFactory
    Stream<DynamicTest> smallLimits() {
        return languages().stream().filter(runtime -> runtime.compile().isPresent()).map(runtime -> dynamicTest(runtime.name() + ": limits of the run", () -> {
            var files = new Program(Optional.of(runtime.hello().code().getBytes(UTF_8)), List.of(new SourceFile("data/more.txt", new byte[10])), Optional.empty(), List.of(), Map.of(),
                    Stdin.EMPTY, List.of("data/*"));
            LanguageRunner.Ran ran = runner.run(files, runtime, Map.of(LimitAxis.MEMORY, Math.max(64L << 20, runtime.minimums().memoryBytes())));
            assertThat(ran.stdout()).as(ran.toString()).isEqualTo(runtime.hello().stdout());
            assertThat(ran.result().run().files()).extracting(brought -> brought.path()).containsExactly("data/more.txt");
        }));
    }
}
