package dev.mayfly.cli;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.LimitText;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.SubmissionRequest;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `mayfly run FILE|- [ARGS…]`. Described in code and not by annotations, whose reading costs a short run about a
/// tenth of its time.
final class RunCommand implements Callable<Integer> {
    static final String NAME = "run";
    private static final String RUNTIME = "--runtime";
    private static final String FILES = "--file";
    private static final String OUTPUTS = "--out";
    private static final String LIMITS = "--limit";
    private static final String ENV = "--env";

    private static final String COMPILE = "--compile";
    private static final String DISPLAY = "--display";
    private static final String JSON = "--json";
    private static final String SESSION = "--session";
    /// What a session has of its own.
    private static final List<String> NOT_IN_SESSIONS = List.of(RUNTIME, FILES, OUTPUTS, LIMITS, ENV, COMPILE, DISPLAY, JSON);

    private static final FutureTask<Runner> CONNECTING = new FutureTask<>(() -> Home.find().runner());

    private final CommandSpec spec = Mayfly.spec(this);

    static CommandSpec spec() {
        CommandSpec spec = new RunCommand().spec.name(NAME);
        spec.usageMessage()
                .description("Run a program in a sandbox; its input, output and exit code are this command's.")
                .sortOptions(false);
        spec.parser().stopAtPositional(true); // what follows the program's name is the program's
        return Mayfly.withHelp(spec)
                .addOption(option("-r", RUNTIME).type(String.class).paramLabel("NAME")
                        .description("python, node:24, …; by default the file name's extension decides").build())
                .addOption(option("-f", FILES).type(List.class).auxiliaryTypes(Path.class).paramLabel("FILE")
                        .description("Put another file beside the program (repeatable)").build())
                .addOption(option("-o", OUTPUTS).type(List.class).auxiliaryTypes(String.class).paramLabel("PATTERN")
                        .description("Bring files back to the current folder, as 'plots/*.png' (repeatable)").build())
                .addOption(option("-l", LIMITS).type(List.class).auxiliaryTypes(String.class).paramLabel("NAME=VALUE")
                        .description("memory=64m, wall-time=2s, cpu-time=1s, cpus=0.5, pids=32, output=1m, disk=10m, open-files=64 (repeatable)").build())
                .addOption(option("-e", ENV).type(Map.class).auxiliaryTypes(String.class, String.class).paramLabel("NAME=VALUE")
                        .description("Set a variable (repeatable)").build())
                .addOption(option(COMPILE).type(boolean.class)
                        .description("Also run a compile step that the language can do without: checks the types of TypeScript").build())
                .addOption(option(DISPLAY).type(boolean.class)
                        .description("Bring back what a program in Python shows, as display/1.png: figures that it leaves open, and its last expression's value").build())
                .addOption(option(JSON).type(boolean.class)
                        .description("Print the whole result as JSON instead of the program's output").build())
                .addOption(option(SESSION).type(String.class).paramLabel("ID")
                        .description("Run it as code in a session that is open (mayfly session open), where it finds the variables of earlier code").build())
                .addPositional(PositionalParamSpec.builder().index("0").type(String.class).required(true).paramLabel("FILE")
                        .description("The program; - reads it from standard input").build())
                .addPositional(PositionalParamSpec.builder().index("1..*").arity("0..*").type(List.class).auxiliaryTypes(String.class).paramLabel("ARGS")
                        .description("The program's own arguments").build());
    }

    private static OptionSpec.Builder option(String... names) {
        return OptionSpec.builder(names);
    }

    private <T extends @Nullable Object> T value(String option, T otherwise) {
        return parsed().matchedOptionValue(option, otherwise);
    }

    private ParseResult parsed() {
        return spec.commandLine().getParseResult();
    }

    /// Connects while the command line is still being read, on the other core: half of a short run is classes coming
    /// to life.
    static void beginAhead() {
        Thread.ofPlatform().daemon().start(CONNECTING);
        Thread.ofPlatform().daemon().start(new FutureTask<>(ServiceRunner::prepare));
    }

    private static Runner runner() throws InterruptedException {
        try {
            CONNECTING.run(); // where it was not begun ahead
            return CONNECTING.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliException known ? known : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        String program = parsed().matchedPositionalValue(0, "");
        boolean typed = program.equals("-");
        @Nullable String session = this.<@Nullable String>value(SESSION, null);
        if (session != null) {
            return runIn(session, program);
        }
        boolean json = value(JSON, false);
        Optional<Terminal> terminal = typed || json ? Optional.empty() : Terminal.find();
        SubmissionRequest submission = submission(program, typed, terminal.flatMap(Terminal::name));
        Runner runner = runner();
        SignalForwarding.to(runner);
        if (terminal.isPresent()) {
            return RunEnd.exitCode(runAt(terminal.get(), runner, submission));
        }
        var collected = new CollectedOutput();
        RunResult result;
        try (InputStream stdin = typed ? new ByteArrayInputStream(new byte[0]) : runner.stdin()) {
            result = runner.run(submission, Optional.empty(), stdin, json
                    ? (stream, bytes) -> collected.accept(new OutputChunk(stream, 0, Duration.ZERO, bytes))
                    : new Printed());
        }
        RunEnd.writeFiles(result);
        if (json) {
            System.out.println(PlainJson.write(result.withOutput(collected.stdout(), collected.stderr()).fields()));
        }
        return RunEnd.exitCode(result);
    }

    private int runIn(String id, String program) throws InterruptedException, IOException {
        Optional<String> other = NOT_IN_SESSIONS.stream().filter(parsed()::hasMatchedOption).findFirst();
        if (other.isPresent() || !parsed().matchedPositionalValue(1, List.of()).isEmpty()) {
            throw new CliException(CliException.WRONG_USE, "%s cannot be given with --session: it takes code only".formatted(other.orElse("an argument of the program")));
        }
        byte[] code = program.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(program));
        var printer = new SessionPrinter(System.out, System.err);
        try (var http = new ServiceHttp(Home.find())) {
            OpenSession.find(http, id).cell(new String(code, StandardCharsets.UTF_8), printer);
        }
        return printer.exitCode();
    }

    /// The keys are the program's from its start to its end.
    private static RunResult runAt(Terminal terminal, Runner runner, SubmissionRequest submission) throws InterruptedException, IOException {
        terminal.onResize(runner::resize);
        try (InputStream stdin = runner.stdin(); terminal) {
            RunResult result = runner.run(submission, Optional.of(terminal.size()), stdin, new Printed() {
                @Override
                public void started() {
                    terminal.makeRaw();
                }

                @Override
                public void compiled(byte[] stdout, byte[] stderr) {
                    super.compiled(lines(stdout), lines(stderr));
                }

                // The terminal is raw by then.
                private static byte[] lines(byte[] text) {
                    return new String(text, StandardCharsets.UTF_8).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
                }
            });
            terminal.close();
            RunEnd.writeFiles(result);
            return result;
        }
    }

    /// @param terminal what programs call the one that they run at
    private SubmissionRequest submission(String program, boolean typed, Optional<String> terminal) throws IOException {
        @Nullable String runtime = this.<@Nullable String>value(RUNTIME, null);
        List<SubmissionRequest.FileContent> contents = new ArrayList<>();
        String code = null;
        String entrypoint = null;
        if (typed) {
            if (runtime == null) {
                throw new CliException(CliException.WRONG_USE, "a program from standard input requires --runtime");
            }
            code = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } else {
            Path file = Path.of(program);
            entrypoint = name(file);
            contents.add(content(file, entrypoint));
        }
        for (Path file : value(FILES, List.<Path>of())) {
            contents.add(content(file, name(file)));
        }
        Map<String, BigDecimal> amounts = new LinkedHashMap<>();
        for (String limit : value(LIMITS, List.<String>of())) {
            var parsed = limit(limit);
            amounts.put(parsed.getKey().wireName(), parsed.getValue());
        }
        Map<String, String> env = new LinkedHashMap<>();
        terminal.ifPresent(name -> env.put("TERM", name));
        env.putAll(value(ENV, Map.of()));
        return new SubmissionRequest(null, runtime, code, contents, entrypoint, parsed().matchedPositionalValue(1, List.of()), env, null, null, null, amounts,
                value(OUTPUTS, List.of()), value(COMPILE, false) ? true : null, value(DISPLAY, false) ? true : null, null, null, null);
    }

    static Map.Entry<LimitAxis, BigDecimal> limit(String option) {
        try {
            return LimitText.parse(option);
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, String.valueOf(e.getMessage()));
        }
    }

    /// As it was written when it lies below the current folder, else its last part.
    private static String name(Path file) {
        Path normal = file.normalize();
        boolean below = !file.isAbsolute() && !normal.startsWith("..");
        return (below ? normal : normal.getFileName()).toString();
    }

    private static SubmissionRequest.FileContent content(Path file, String name) throws IOException {
        if (!Files.exists(file)) {
            throw new CliException(CliException.WRONG_USE, "no such file: " + file);
        }
        if (Files.isDirectory(file)) {
            throw new CliException(CliException.WRONG_USE, "%s is a folder; give a file".formatted(file));
        }
        byte[] bytes = Files.readAllBytes(file);
        Encoding encoding = Encoding.of(bytes);
        return new SubmissionRequest.FileContent(name, encoding.encode(bytes), encoding.wireName());
    }

    /// As by hand: what a compiler writes is not the program's output.
    private static class Printed implements Runner.Output {
        @Override
        public void compiled(byte[] stdout, byte[] stderr) {
            print(OutputChunk.Stream.STDERR, stdout);
            print(OutputChunk.Stream.STDERR, stderr);
        }

        @Override
        public void accept(OutputChunk.Stream stream, byte[] bytes) {
            print(stream, bytes);
        }
    }

    @SuppressWarnings("resource") // the process's own streams stay open
    private static void print(OutputChunk.Stream stream, byte[] bytes) {
        try {
            boolean out = stream == OutputChunk.Stream.STDOUT;
            new FileOutputStream(out ? FileDescriptor.out : FileDescriptor.err).write(bytes);
        } catch (IOException e) {
            Terminal.restore();
            Runtime.getRuntime().halt(StandardOutput.failed(e)); // the closed connection ends the program
        }
    }
}
