package dev.mayfly.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry point of the `mayfly` command.
@Command(
        name = "mayfly",
        description = "Runs code in a fresh container that was waiting for it.",
        mixinStandardHelpOptions = true,
        versionProvider = Mayfly.Version.class,
        footer = {
            "",
            "Set-up, done by the launcher itself:",
            "  up      install and start what is missing, start the service on 127.0.0.1:8080; --bulk: and a Kafka broker on port 9092",
            "  down    stop the service",
            "  serve   the service in the foreground",
            "  test    the same set-up, then every test",
            "",
            "Exit codes of run: the program's own; 124 timed out, 128+n ended by signal n (137 also out of memory),",
            "  125 Mayfly's fault or the output limit, 130 cancelled, 2 wrong use."
        })
public final class Mayfly {
    private static final int OUR_BUG = 70;
    private static final List<Class<?>> COMMANDS = List.of(RunCommand.class, RuntimesCommand.class, BulkCommand.class, ImagesCommand.class, KeysCommand.class,
            TenantsCommand.class, DoctorCommand.class, BenchCommand.class);

    private Mayfly() {}

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Mayfly.class.getPackage().getImplementationVersion();
            return new String[] {"mayfly " + (version == null ? "development" : version)};
        }
    }

    /// The one that is called, where that is plain, and else all: to know them all takes a tenth of a second.
    private static List<Class<?>> commands(String[] args) {
        List<Class<?>> called = COMMANDS.stream()
                .filter(command -> args.length > 0 && args[0].equals(command.getAnnotation(Command.class).name()))
                .toList();
        return called.isEmpty() ? COMMANDS : called;
    }

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("run")) {
            RunCommand.beginAhead();
        }
        var command = new CommandLine(new Mayfly());
        commands(args).forEach(command::addSubcommand);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setStopAtPositional(true); // what stands behind the program's name is the program's
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            if (failure instanceof CliException told) {
                line.getErr().println("mayfly: " + told.getMessage());
                return told.exitCode();
            }
            failure.printStackTrace(line.getErr());
            return OUR_BUG;
        });
        int exitCode = command.execute(args);
        System.out.flush();
        Runtime.getRuntime().halt(exitCode); // nothing of ours needs a shutdown hook, and no thread of ours must hold us up
    }
}
