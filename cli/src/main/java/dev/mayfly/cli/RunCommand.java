package dev.mayfly.cli;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.LimitText;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.OutcomeKind;
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

    /// Exit codes, as shells and timeout(1) have them.
    private static final int COMPILE_FAILED = 1;
    private static final int TIMED_OUT = 124;
    private static final int SIGNALED = 128;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;

    private static final String COMPILE = "--compile";
    private static final String JSON = "--json";
    private static final String SESSION = "--session";
    /// What a session has of its own.
    private static final List<String> NOT_IN_SESSIONS = List.of(RUNTIME, FILES, OUTPUTS, LIMITS, ENV, COMPILE, JSON);

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
                .addOption(option(JSON).type(boolean.class)
                        .description("Print the whole result as JSON instead of the program's output").build())
                .addOption(option(SESSION).type(String.class).paramLabel("ID")
                        .description("Run it as code in a session that is open (mayfly session open), where it finds what code before it has made").build())
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
            return exitCode(runAt(terminal.get(), runner, submission));
        }
        var collected = new CollectedOutput();
        RunResult result;
        try (InputStream stdin = typed ? new ByteArrayInputStream(new byte[0]) : runner.stdin()) {
            result = runner.run(submission, Optional.empty(), stdin, json
                    ? (stream, bytes) -> collected.accept(new OutputChunk(stream, 0, Duration.ZERO, bytes))
                    : new Printed());
        }
        writeFiles(result);
        if (json) {
            System.out.println(PlainJson.write(result.withOutput(collected.stdout(), collected.stderr()).fields()));
        }
        return exitCode(result);
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
            writeFiles(result);
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
        return new SubmissionRequest(runtime, code, contents, entrypoint, parsed().matchedPositionalValue(1, List.of()), env, null, null, amounts,
                value(OUTPUTS, List.of()), value(COMPILE, false) ? true : null, null, null, null);
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

    private static void writeFiles(RunResult result) throws IOException {
        for (RunResult file : result.parts("files")) {
            Path path = Path.of(file.text("path")).normalize();
            if (path.isAbsolute() || path.startsWith("..")) {
                throw new CliException(CliException.OUR_FAULT, "files are written only below the current folder; got " + path);
            }
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.write(path, Encoding.byName(file.text("encoding")).decode(file.text("content")));
        }
        for (RunResult file : result.parts("filesSkipped")) {
            System.err.printf("mayfly: %s was not brought back: %s%n", file.text("path"), file.text("reason"));
        }
    }

    private static int exitCode(RunResult result) {
        RunResult outcome = result.part("outcome");
        Optional<OutcomeKind> kind = OutcomeKind.named(outcome.text("kind"));
        if (kind.isEmpty()) {
            return report(CliException.OUR_FAULT, "the service is of a later release: %s".formatted(outcome.text("kind")));
        }
        return switch (kind.get()) {
            case EXITED -> outcome.number("exitCode", CliException.OUR_FAULT);
            case SIGNALED -> SIGNALED + outcome.number("signalNumber", 0);
            case TIMED_OUT -> report(TIMED_OUT, "%s limit of %s ms reached".formatted(outcome.text("clock"), outcome.text("limitMs")));
            case OUT_OF_MEMORY -> report(SIGNALED + SIGKILL, "out of memory: the limit is %s bytes".formatted(outcome.text("limitBytes")));
            case COMPILE_FAILED -> compileFailed(outcome.part("compiler"));
            case CANCELLED -> report(SIGNALED + SIGINT, "cancelled by " + outcome.text("by"));
            case OUTPUT_LIMIT -> report(CliException.OUR_FAULT, "output limit of %s bytes reached".formatted(outcome.text("limitBytes")));
            case FAILED -> report(CliException.OUR_FAULT, outcome.text("reason"));
        };
    }

    /// One that ended by itself has said why.
    private static int compileFailed(RunResult compiler) {
        String kind = compiler.text("kind");
        return OutcomeKind.EXITED.wireName().equals(kind) ? COMPILE_FAILED : report(COMPILE_FAILED, "the compiler ended with %s".formatted(kind));
    }

    private static int report(int exitCode, String message) {
        System.err.println("mayfly: " + message);
        return exitCode;
    }
}
