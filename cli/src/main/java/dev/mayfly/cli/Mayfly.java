package dev.mayfly.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Entry point of the `mayfly` command.
public final class Mayfly {
    private static final int OUR_BUG = 70;
    private static final List<Class<?>> ANNOTATED = List.of(RuntimesCommand.class, BulkCommand.class, ImagesCommand.class, KeysCommand.class,
            TenantsCommand.class, DoctorCommand.class, BenchCommand.class, McpCommand.class, SessionCommand.class, FunctionsCommand.class, SecretsCommand.class, CompletionCommand.class, ManCommand.class);

    static final List<String> EXIT_CODES = List.of(
            "Exit codes of run: the program's own; 124 timed out, 128+n ended by signal n (137 also out of memory),",
            "  125 Mayfly's fault or the output limit, 130 cancelled, 1 did not compile, 2 wrong use, 70 a bug in Mayfly.");

    /// Picocli's own looks for Groovy in all of the class path as soon as it is named: only where something is to be
    /// made, which is never for `run`.
    private static final IFactory FACTORY = new IFactory() {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return CommandLine.defaultFactory().create(type);
        }
    };

    private Mayfly() {}

    /// A command that is described in code.
    static CommandSpec spec(@Nullable Object command) {
        return CommandSpec.wrapWithoutInspection(command, FACTORY);
    }

    private static CommandSpec spec() {
        CommandSpec spec = withHelp(spec(null).name("mayfly"));
        spec.usageMessage()
                .description("Run a program in a fresh sandbox that was started before the program came.")
                .footer(
                        "",
                        "Set-up, done by the launcher itself:",
                        "  up      install and start what is missing, start the service on 127.0.0.1:8080; --bulk: and a Kafka broker on port 9092",
                        "  down    stop this checkout's service",
                        "  serve   the service in the foreground",
                        "  image   the service's image, for a container",
                        "  train   record what a start loads, so that the next one is quick",
                        "  test    the same set-up, then every test",
                        "",
                        EXIT_CODES.getFirst(),
                        EXIT_CODES.getLast());
        return spec;
    }

    /// The options that every command has.
    static CommandSpec withHelp(CommandSpec spec) {
        return spec.versionProvider(Mayfly::version)
                .addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help message and exit.").build())
                .addOption(OptionSpec.builder("-V", "--version").versionHelp(true).description("Print version information and exit.").build());
    }

    private static String[] version() {
        String version = Mayfly.class.getPackage().getImplementationVersion();
        String image = System.getenv("MAYFLY_IMAGE");
        return new String[] {"mayfly " + (version == null ? "development" : version) + (image == null ? "" : " (%s)".formatted(image))};
    }

    /// Those that the called one does not need are left out: to know them all takes a tenth of a second.
    static CommandLine commandLine(String... args) {
        var command = new CommandLine(spec(), FACTORY);
        String called = args.length > 0 ? args[0] : "";
        if (called.equals(RunCommand.NAME)) {
            return command.addSubcommand(RunCommand.NAME, RunCommand.spec()); // which has no enums
        }
        List<Class<?>> annotated = ANNOTATED.stream().filter(each -> called.equals(each.getAnnotation(Command.class).name())).toList();
        if (annotated.isEmpty()) {
            command.addSubcommand(RunCommand.NAME, RunCommand.spec());
            annotated = ANNOTATED;
        }
        annotated.forEach(command::addSubcommand);
        return command.setCaseInsensitiveEnumValuesAllowed(true); // of all that it has by now
    }

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals(RunCommand.NAME)) {
            RunCommand.beginAhead();
        }
        StandardOutput out = StandardOutput.watch();
        CommandLine command = commandLine(args);
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            Optional<CliException> known = CliException.of(failure);
            if (known.isPresent()) {
                line.getErr().println("mayfly: " + known.get().getMessage());
                return known.get().exitCode();
            }
            failure.printStackTrace(line.getErr());
            return OUR_BUG;
        });
        int exitCode = out.exitCode(command.execute(args));
        // nothing of ours needs a shutdown hook, and no thread of ours must hold us up
        Runtime.getRuntime().halt(exitCode);
    }
}
