package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A program cannot tell Mayfly from the plain interpreter of the same image: each case's stdout, stderr and exit code
/// are the same, byte for byte. `known-differences.txt` lists the exceptions, and every one of them must really
/// differ.
@NeedsDocker
@NeedsRoot
@TakesLong
class FidelityIT {
    private static final Path CORPUS = Path.of("core/src/test/resources/fidelity");
    private static final int PARALLEL = 3;
    private static final int MORE_ANSWERS = 40;

    private static TestEngine engine;
    private static ExecutorService workers;

    @BeforeAll
    static void start() {
        engine = TestEngine.oci(FidelityIT.class);
        workers = Executors.newFixedThreadPool(PARALLEL);
    }

    @AfterAll
    static void stop() throws Exception {
        workers.shutdownNow();
        engine.close();
    }

    @TestFactory
    Stream<DynamicTest> python() throws Exception {
        return cases("python");
    }

    @TestFactory
    Stream<DynamicTest> node() throws Exception {
        return cases("node");
    }

    private record Case(String language, Path folder, Map<String, byte[]> files) {
        static Case read(String language, Path folder) throws IOException {
            var files = new LinkedHashMap<String, byte[]>();
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                    files.put(folder.relativize(path).toString(), Files.readAllBytes(path));
                }
            }
            return new Case(language, folder, files);
        }

        String name() {
            return folder.getFileName().toString();
        }

        Optional<String> control(String file) {
            return Optional.ofNullable(files.get(file)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }

        List<String> lines(String file) {
            return control(file).map(text -> List.of((text.endsWith("\n") ? text.substring(0, text.length() - 1) : text).split("\n", -1)))
                    .orElse(List.of());
        }

        Map<String, byte[]> program() {
            var program = new LinkedHashMap<>(files);
            program.keySet().removeAll(Set.of(".args", ".stdin", ".env", ".entrypoint"));
            return program;
        }

        byte[] stdin() {
            return files.getOrDefault(".stdin", new byte[0]);
        }

        String entrypoint(LanguageRuntime runtime) {
            return control(".entrypoint").map(String::strip).orElse(runtime.entrypoint());
        }
    }

    private record Observed(int exitCode, String stdout, String stderr) {
        static Observed of(int exitCode, byte[] stdout, byte[] stderr) {
            return new Observed(exitCode, new String(stdout, StandardCharsets.ISO_8859_1), new String(stderr, StandardCharsets.ISO_8859_1));
        }
    }

    private Stream<DynamicTest> cases(String language) throws IOException {
        Set<String> different = differences(language);
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> folders = Files.list(CORPUS.resolve(language))) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                Case each = Case.read(language, folder);
                Future<Observed> plain = workers.submit((Callable<Observed>) () -> plain(each));
                Future<Observed> boxed = workers.submit((Callable<Observed>) () -> boxed(each));
                tests.add(DynamicTest.dynamicTest(language + " " + each.name(), () -> {
                    if (different.remove(each.name())) {
                        assertThat(boxed.get()).as("is listed as different").isNotEqualTo(plain.get());
                    } else {
                        assertThat(boxed.get()).isIn(plainAnswers(each, plain.get(), boxed.get()));
                    }
                }));
            }
        }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(60);
        tests.add(DynamicTest.dynamicTest(language + " lists no difference of a case that is gone", () -> assertThat(different).isEmpty()));
        return tests.stream();
    }

    private static Set<String> differences(String language) throws IOException {
        Set<String> names = new HashSet<>();
        for (String line : Files.readAllLines(CORPUS.resolve("known-differences.txt"))) {
            if (line.startsWith(language + "/")) {
                names.add(line.substring(language.length() + 1, line.indexOf(':')));
            }
        }
        return names;
    }

    private static Observed plain(Case each) throws IOException, InterruptedException {
        LanguageRuntime runtime = TestEngine.runtime(each.language());
        Path folder = Files.createTempDirectory("mayfly-plain");
        try {
            for (var file : each.program().entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            DockerCommand.run(new byte[0], List.of("chown", "-R", "1000:1000", folder.toString()));
            List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "-i", "--network", "none", "--hostname", "mayfly", "--user",
                    "1000:1000", "--memory", "256m", "--pids-limit", "66", "--ulimit", "nofile=1024:1024", "--ulimit", "core=0",
                    "-v", folder + ":/work"));
            runtime.environment(Map.of(), runtime.defaults()).forEach((name, value) -> command.addAll(List.of("-e", name + "=" + value)));
            for (String variable : each.lines(".env")) {
                command.addAll(List.of("-e", variable));
            }
            String interpreter = each.language().equals("python") ? "python3" : "node";
            // A shell is PID 1: to PID 1 the kernel's default actions of signals do not apply.
            command.addAll(List.of(runtime.image(), "/bin/sh", "-c", "\"$0\" \"$@\"; exit $?", interpreter, each.entrypoint(runtime)));
            command.addAll(each.lines(".args"));
            var ended = DockerCommand.run(each.stdin(), command);
            // The shell's own word on a signalled child is not the program's.
            String stderr = new String(ended.stderr(), StandardCharsets.ISO_8859_1).replaceFirst(
                    "(?m)^(Killed|Terminated|Segmentation fault|Hangup|User defined signal [12]|Aborted|Alarm clock|Quit|Bus error|Floating point exception|Illegal instruction|Trace/breakpoint trap|Broken pipe)( \\(core dumped\\))?\n\\z", "");
            return new Observed(ended.exitCode(), new String(ended.stdout(), StandardCharsets.ISO_8859_1), stderr);
        } finally {
            deleteAll(folder);
        }
    }

    /// Where chance has a say (threads, timers), the plain interpreter itself has more than one answer, and Mayfly
    /// must give one of them.
    private static Set<Observed> plainAnswers(Case each, Observed first, Observed wanted) throws IOException, InterruptedException {
        Set<Observed> answers = new HashSet<>(Set.of(first));
        for (int i = 0; i < MORE_ANSWERS && !answers.contains(wanted); i++) {
            answers.add(plain(each));
        }
        return answers;
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Observed boxed(Case each) throws Exception {
        LanguageRuntime runtime = TestEngine.runtime(each.language());
        Map<String, String> env = new LinkedHashMap<>();
        for (String variable : each.lines(".env")) {
            env.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        List<SourceFile> files = each.program().entrySet().stream().map(file -> new SourceFile(file.getKey(), file.getValue())).toList();
        String entrypoint = each.entrypoint(runtime);
        var limits = runtime.defaults().with(Map.of(LimitAxis.WALL_TIME, 30_000L, LimitAxis.CPU_TIME, 30_000L, LimitAxis.OUTPUT, 16L << 20));
        List<String> command = runtime.coldReason(env, limits).isPresent() ? runtime.command(entrypoint, limits) : List.of();
        var program = new PreparedProgram(entrypoint, command, each.lines(".args"), runtime.environment(env, limits), files, List.of(), new Stdin.Bytes(each.stdin()), limits,
                new PreparedProgram.CollectionBudget(0, 0));
        try (Sandbox sandbox = engine.engine().create(engine.spec(each.language()))) {
            var output = new CollectedOutput();
            Outcome outcome = sandbox.run(program, output).outcome();
            int exitCode =
                    switch (outcome) {
                        case Outcome.Exited(int code) -> code;
                        case Outcome.Signaled(int signal) -> 128 + signal;
                        default -> throw new AssertionError(each.name() + " ended with " + outcome);
                    };
            return Observed.of(exitCode, output.stdout(), output.stderr());
        }
    }
}
