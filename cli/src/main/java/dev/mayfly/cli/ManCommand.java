package dev.mayfly.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;

/// `mayfly man`
@Command(
        name = "man",
        description = "Print a manual page in man's format: mayfly man run | man -l -",
        mixinStandardHelpOptions = true)
final class ManCommand implements Callable<Integer> {
    @Parameters(paramLabel = "WORD", arity = "0..*", description = "Of which command, as in: bulk submit; by default of mayfly itself")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        CommandLine command = LauncherWords.wholeCommandLine();
        for (String word : words) {
            command = command.getSubcommands().get(word);
            if (command == null) {
                throw new CliException(CliException.WRONG_USE, "no command has the name %s; mayfly --help lists all".formatted(String.join(" ", words)));
            }
        }
        System.out.print(page(command.getCommandSpec()));
        return 0;
    }

    /// See man(7): https://man7.org/linux/man-pages/man7/man.7.html
    private static String page(CommandSpec command) {
        String name = command.qualifiedName("-");
        var page = new StringBuilder(".TH %s 1 \"\" Mayfly\n".formatted(text(name.toUpperCase(Locale.ROOT))));
        String[] description = command.usageMessage().description();
        section(page, "NAME", "%s \\- %s\n".formatted(text(name), description.length == 0 ? "" : text(description[0])));
        section(page, "SYNOPSIS", text(new Help(command, Help.defaultColorScheme(Ansi.OFF)).synopsis(0).strip()) + "\n");
        section(page, "DESCRIPTION", lines(Stream.of(description)));
        section(page, "ARGUMENTS", command.positionalParameters().stream().filter(argument -> !argument.hidden()).map(ManCommand::argument).reduce("", String::concat));
        section(page, "OPTIONS", command.options().stream().filter(option -> !option.hidden()).map(ManCommand::option).reduce("", String::concat));
        section(page, "COMMANDS", command.subcommands().values().stream().distinct().map(CommandLine::getCommandSpec)
                .map(below -> entry(below.name(), below.usageMessage().description())).reduce("", String::concat));
        section(page, "NOTES", lines(Stream.of(command.usageMessage().footer())));
        return page.toString();
    }

    private static void section(StringBuilder page, String title, String body) {
        if (!body.isBlank()) {
            page.append(".SH ").append(title).append('\n').append(body);
        }
    }

    private static String argument(PositionalParamSpec argument) {
        return entry(argument.paramLabel(), rendered(argument));
    }

    private static String option(OptionSpec option) {
        String names = String.join(", ", option.names());
        return entry(takesValue(option) ? "%s=%s".formatted(names, option.paramLabel()) : names, rendered(option));
    }

    private static String[] rendered(ArgSpec argument) {
        return Stream.of(argument.description()).map(line -> line.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()))).toArray(String[]::new);
    }

    private static boolean takesValue(ArgSpec option) {
        return option.arity().max() > 0;
    }

    private static String entry(String head, String[] body) {
        return ".TP\n.B %s\n%s".formatted(text(head), lines(Stream.of(body)));
    }

    /// A line each; an empty one is a new paragraph.
    private static String lines(Stream<String> lines) {
        return lines.map(line -> line.isBlank() ? ".PP\n" : text(line.strip()) + "\n.br\n").reduce("", String::concat);
    }

    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
