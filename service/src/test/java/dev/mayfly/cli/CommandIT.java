package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command where nothing can be run: what is wrong is one line, with its exit code, and never a stack trace.
class CommandIT {
    private record Ended(int exitCode, String stdout, String stderr) {}

    @TempDir
    Path folder;

    @BeforeEach
    void program() throws IOException {
        Files.writeString(folder.resolve("x.py"), "print(1)");
    }

    /// In a shell, where `mayfly` is the launcher.
    private Ended shell(String command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("bash", "-c", "mayfly() { '%s' \"$@\"; }; %s".formatted(new File("mayfly").getAbsolutePath(), command)).directory(folder.toFile());
        builder.environment().put("MAYFLY_ACCESS_FILE", folder.resolve("access.json").toString());
        builder.environment().put("MAYFLY_URL", "none");
        builder.redirectOutput(folder.resolve("stdout").toFile()).redirectError(folder.resolve("stderr").toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("stdout"), UTF_8), Files.readString(folder.resolve("stderr"), UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MAYFLY_ENGINE=podman mayfly run x.py                  | 2   | MAYFLY_ENGINE must be docker or oci; got podman
            MAYFLY_ENGINE=podman mayfly doctor                    | 2   | MAYFLY_ENGINE must be docker or oci; got podman
            MAYFLY_ENGINE=docker MAYFLY_DOCKER_HOST=here mayfly run x.py | 2   | MAYFLY_DOCKER_HOST must be unix:///PATH or tcp://HOST:PORT; got here
            mayfly run .                                          | 2   | . is a folder; give a file
            mayfly run --file . x.py                              | 2   | . is a folder; give a file
            mayfly run missing.py                                 | 2   | no such file: missing.py
            MAYFLY_LOCK_FOLDER=/proc/x mayfly run x.py            | 125 | cannot hold a lock in /proc/x
            MAYFLY_URL=http://127.0.0.1:1 mayfly bench            | 125 | nothing listens on http://127.0.0.1:1
            mayfly bulk results --client-config missing           | 2   | no such file: missing
            mayfly man nothing                                    | 2   | no command has the name nothing
            mayfly man bulk nothing                               | 2   | no command has the name bulk nothing
            mayfly runtimes > /dev/full                           | 125 | the output cannot be written
            """)
    void whatIsWrongIsOneLine(String command, int exitCode, String reason) throws Exception {
        Ended ended = shell(command);
        assertThat(ended.stderr()).startsWith("mayfly: " + reason).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.stdout()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"})
    void closedDescriptorsAreAsGoodAsEmptyOnes(String closed) throws Exception {
        Ended ended = shell("mayfly runtimes " + closed);
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.stderr()).isEmpty();
        assertThat(ended.stdout().contains("python:3")).isEqualTo(!closed.contains(">&-") || closed.equals("2>&-"));
    }

    /// What a shell offers behind these words.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mayfly ''          | up down serve test run runtimes bulk images keys tenants doctor bench completion man
            mayfly up --       | --bulk --help
            mayfly run --run   | --runtime
            mayfly bulk sub    | submit
            mayfly bench --on  | --only
            mayfly completion z | zsh
            """)
    void bashCompletesWordsAndOptions(String words, String offered) throws Exception {
        String[] typed = words.split(" ", -1);
        Ended ended = shell("""
                compopt() { :; }; source <(mayfly completion bash); COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}
                _complete_mayfly; printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(words, typed.length - 1, words.replace("'", "")));
        assertThat(ended.stderr()).isEmpty();
        assertThat(ended.stdout().lines().map(String::strip)).contains(offered.split(" "));
    }

    @Test
    void fishCompletesWordsAndOptions() throws Exception {
        String script = shell("mayfly completion fish").stdout();
        assertThat(script).contains("-n 'not __fish_seen_subcommand_from ", "-a up -d ", "-n '__fish_seen_subcommand_from run' -s r -l runtime -r -d ",
                "-n '__fish_seen_subcommand_from bulk; and not __fish_seen_subcommand_from submit results' -a submit -d ");
        assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c mayfly "));
    }

    @Test
    void manualPageHasEveryOptionAndNothingThatRoffTakesForACommand() throws Exception {
        String page = shell("mayfly man run").stdout();
        assertThat(page).startsWith(".TH MAYFLY\\-RUN 1 ").contains(".SH NAME\nmayfly\\-run \\- Run a program", ".SH SYNOPSIS\nmayfly run [", ".B \\-r, \\-\\-runtime=NAME\n")
                .contains("\\-\\-file=", "\\-\\-out=", "\\-\\-limit=", "\\-\\-env=", "\\-\\-json\n", ".B FILE\n", ".B ARGS\n");
        assertThat(page.lines().filter(line -> line.startsWith("."))).allMatch(line -> line.matches("\\.(TH|SH|TP|B|br|PP)\\b.*"));
        assertThat(shell("mayfly man").stdout()).contains(".SH COMMANDS\n", ".B up\n", ".B run\n", "124 timed out");
    }

    @Test
    void readerThatLeavesIsNothingToSpeakOf() throws Exception {
        assertThat(shell("exec 3> >(exec true); wait $!; mayfly runtimes >&3")).isEqualTo(new Ended(141, "", ""));
    }

    @Test
    void optionsMayFollowTheName() throws Exception {
        assertThat(shell("mayfly tenants set acme --rate 10 --concurrency 4 --cpu-per-day 2h")).isEqualTo(new Ended(0, "", ""));
        assertThat(shell("mayfly tenants").stdout()).containsPattern("acme +10.0 +4 +7200 s");
    }
}
