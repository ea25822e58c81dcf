package dev.mayfly.cli;

import dev.mayfly.testing.Pages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The page of the command says what `--help` says.
class CliDocTest {
    private static final Path PAGE = Path.of("docs/reference/cli.md");
    private static final List<String> LAUNCHER = List.of("up", "down", "serve", "image", "train", "test");
    private static final String HEAD = """
            # The `mayfly` command

            `./mayfly` is the launcher script and the command line in one. `up`, `down`, `serve`, `image`, `train` and `test` are
            the launcher's. Every other word uses the service at `MAYFLY_URL` (default `http://127.0.0.1:8080`). Where no service
            is running and `MAYFLY_URL` is not set, or with `MAYFLY_URL=none`, `run` makes a sandbox itself.

            Generated from the command's own help; `CliDocTest` compares.
            """;

    @Test
    void pageIsGeneratedFromTheHelp() throws Exception {
        var page = new StringBuilder(HEAD);
        section(page, "mayfly", Mayfly.commandLine("--help"));
        for (String word : LAUNCHER) {
            page.append("\n## mayfly %s\n\n```text\n%s```\n".formatted(word, help(word)));
        }
        for (CommandLine command : commands(Mayfly.commandLine("--help"))) {
            section(page, command.getCommandSpec().qualifiedName(), command);
        }
        Pages.assertGenerated(PAGE, page.toString());
    }

    private static List<CommandLine> commands(CommandLine parent) {
        List<CommandLine> all = new ArrayList<>();
        for (CommandLine command : new LinkedHashSet<>(parent.getSubcommands().values())) {
            all.add(command);
            all.addAll(commands(command));
        }
        return all;
    }

    private static void section(StringBuilder page, String name, CommandLine command) {
        String usage = command.setUsageHelpWidth(110).getUsageMessage(Ansi.OFF).lines().map(line -> line.stripTrailing() + "\n").reduce("", String::concat);
        page.append("\n## %s\n\n```text\n%s```\n".formatted(name, usage));
    }

    private static String help(String word) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("./mayfly", word, "--help");
        builder.environment().remove("MAYFLY_URL");
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
