package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mayfly.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What pages have their readers type is what the command takes.
class PageCommandsTest {
    private static final Set<String> LAUNCHERS_OWN = Set.of("up", "down", "serve", "image", "train", "test");
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|/opt/mayfly/)mayfly ([a-z][^|;#)`&\n]*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static List<String> commands() throws IOException {
        var pages = new StringBuilder();
        for (Path page : Pages.all()) {
            pages.append(Files.readString(page)).append('\n');
        }
        return COMMAND.matcher(pages).results()
                .map(found -> found.group(1).replaceFirst("\\s+[<>].*", "").strip())
                .distinct()
                .toList();
    }

    private static String[] words(String command) {
        return WORD.matcher(command).results().map(word -> word.group(1) != null ? word.group(1) : word.group(2)).toArray(String[]::new);
    }

    static Stream<String> ofTheCommand() throws IOException {
        return commands().stream().filter(command -> !LAUNCHERS_OWN.contains(words(command)[0]));
    }

    @ParameterizedTest
    @MethodSource("ofTheCommand")
    void commandParses(String command) {
        assertThatCode(() -> Mayfly.commandLine(words(command)).parseArgs(words(command))).as(command).doesNotThrowAnyException();
    }

    @Test
    void theOnesThatMatterAreAmongThem() throws IOException {
        assertThat(commands()).contains("tenants set acme --rate 10 --concurrency 4 --cpu-per-day 2h", "run hello.py a b", "up --bulk", "down", "keys revoke ID");
    }

    @Test
    void whatFollowsTheProgramsNameIsThePrograms() {
        var parsed = Mayfly.commandLine("run").parseArgs("run", "--json", "x.py", "--json", "--limit", "a");
        assertThat(parsed.subcommand().matchedPositionals().get(1).<List<String>>getValue()).containsExactly("--json", "--limit", "a");
    }
}
