package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/// `mayfly completion`
@Command(
        name = "completion",
        description = "Print the shell script that completes this command's words and options.",
        footer = {
            "",
            "bash:  mayfly completion bash > /etc/bash_completion.d/mayfly",
            "zsh:   source <(mayfly completion zsh)     in ~/.zshrc, behind compinit",
            "fish:  mayfly completion fish > ~/.config/fish/completions/mayfly.fish",
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    @Override
    public Integer call() {
        CommandLine whole = LauncherWords.wholeCommandLine();
        System.out.print(shell == Shell.fish ? fish(whole) : AutoComplete.bash("mayfly", whole)); // zsh reads bash's
        return 0;
    }

    /// See https://fishshell.com/docs/current/completions.html: a line for each word and each option.
    private static String fish(CommandLine whole) {
        List<String> lines = new ArrayList<>(List.of("complete -c mayfly -e"));
        add(whole.getCommandSpec(), List.of(), lines);
        return String.join("\n", lines) + "\n";
    }

    private static void add(CommandSpec command, List<String> above, List<String> lines) {
        List<String> words = command.subcommands().keySet().stream().toList();
        String here = condition(above, words);
        command.options().forEach(option -> lines.add("complete -c mayfly -n %s %s -d %s".formatted(quoted(here), names(option), quoted(description(option.description())))));
        for (CommandLine each : new LinkedHashSet<>(command.subcommands().values())) {
            CommandSpec below = each.getCommandSpec();
            lines.add("complete -c mayfly -f -n %s -a %s -d %s".formatted(quoted(here), below.name(), quoted(description(below.usageMessage().description()))));
            add(below, Stream.concat(above.stream(), Stream.of(below.name())).toList(), lines);
        }
    }

    /// True behind all of the words above and none of those below.
    private static String condition(List<String> above, List<String> below) {
        Stream<String> seen = above.stream().map("__fish_seen_subcommand_from %s"::formatted);
        Stream<String> unseen = below.isEmpty() ? Stream.of() : Stream.of("not __fish_seen_subcommand_from " + String.join(" ", below));
        String condition = String.join("; and ", Stream.concat(seen, unseen).toList());
        return condition.isEmpty() ? "true" : condition;
    }

    private static String names(OptionSpec option) {
        String names = String.join(" ", Stream.of(option.names()).map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1)).toList());
        return option.arity().max() == 0 ? names : names + " -r";
    }

    private static String description(String[] lines) {
        return String.join(" ", lines);
    }

    private static String quoted(String text) {
        return "'%s'".formatted(text.replace("\\", "\\\\").replace("'", "\\'"));
    }
}
