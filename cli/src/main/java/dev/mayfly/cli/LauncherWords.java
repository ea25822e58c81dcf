package dev.mayfly.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The words that the launcher script handles itself, for what describes the whole command: completion and manual
/// pages.
final class LauncherWords {
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "up", "Install and start what is missing, build, and start this checkout's service on 127.0.0.1:8080.",
            "down", "Stop this checkout's service and its Kafka broker.",
            "serve", "Run the service in the foreground, with settings from the environment.",
            "image", "Install and build what is missing, and build the service's image, mayfly/service:latest or TAG.",
            "train", "Record what the service and the command load at their start, so that the next starts are quick.",
            "test", "The same set-up as up, then every test. What begins with -D goes to Maven.");

    private LauncherWords() {}

    /// The whole command, with the launcher's words.
    static CommandLine wholeCommandLine() {
        CommandLine command = Mayfly.commandLine("--help");
        command.getCommandSpec().usageMessage().footer(Mayfly.EXIT_CODES.toArray(String[]::new));
        DESCRIPTIONS.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(word -> command.addSubcommand(word.getKey(), spec(word.getKey(), word.getValue())));
        return command;
    }

    private static CommandSpec spec(String name, String description) {
        CommandSpec spec = Mayfly.spec(null).name(name)
                .addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help message and exit.").build());
        spec.usageMessage().description(description);
        if (name.equals("up")) {
            spec.addOption(OptionSpec.builder("--bulk").type(boolean.class)
                    .description("Also start a Kafka broker on port 9092, unless KAFKA_BOOTSTRAP_SERVERS names yours, and take submissions from it.").build());
        }
        return spec;
    }
}
