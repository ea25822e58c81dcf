package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A person, or a script, types into a session.
@NeedsRoot
class SessionCommandIT {
    private static ServiceProcess service;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-session-command", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private record Ended(int exitCode, String stdout, String stderr) {}

    private ProcessBuilder in(String... command) {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(Map.of("MAYFLY_URL", service.url().toString(), "TERM", "xterm", "SHELL", "/bin/bash", "XDG_STATE_HOME", folder.resolve("state").toString(), "MAYFLY", new File("mayfly").getAbsolutePath()));
        return builder;
    }

    /// In a shell, where `mayfly` is the launcher.
    private Ended shell(String command) throws IOException, InterruptedException {
        Process process = in("bash", "-c", "mayfly() { \"$MAYFLY\" \"$@\"; }; " + command).redirectOutput(folder.resolve("stdout").toFile()).redirectError(folder.resolve("stderr").toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("stdout"), UTF_8), Files.readString(folder.resolve("stderr"), UTF_8));
    }

    @Test
    void scriptsKeepStateInASessionOfTheirs() throws Exception {
        Files.writeString(folder.resolve("data.txt"), "given");
        Files.writeString(folder.resolve("one.py"), "x = open('data.txt').read()\nprint('read')");
        Files.writeString(folder.resolve("wrong.py"), "1 / 0");
        Ended ended = shell("id=$(mayfly session open --file data.txt) && mayfly run --session $id one.py && echo 'x + \"!\"' | mayfly run --session $id - && mayfly session ls | grep -c $id"
                + " && mayfly run --session $id wrong.py; echo $?; echo '!cat data.txt; exit 3' | mayfly session --id $id; echo $?; mayfly session close $id; mayfly run --session $id one.py; echo $?");
        assertThat(ended.stdout()).isEqualTo("read\n'given!'\n1\n1\ngiven3\n125\n");
        assertThat(ended.stderr()).contains("ZeroDivisionError", "mayfly: the session has ended: it was closed");
    }

    @Test
    void pipeIsOnePieceOfCode() throws Exception {
        Ended ended = shell("printf 'def f():\\n    return 6\\nf() * 7\\n' | mayfly session; mayfly session ls | wc -l");
        assertThat(ended.stdout()).isEqualTo("42\n1\n");
        assertThat(ended.stderr()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mayfly session --id none < /dev/null          | 2 | No such session
            mayfly session -r cobol < /dev/null           | 2 | unknown runtime cobol
            mayfly session -l memory=x < /dev/null        | 2 | memory
            mayfly session -f missing < /dev/null         | 2 | no such file: missing
            mayfly session close none                     | 2 | No such session
            mayfly run --session none --json x.py         | 2 | --json cannot be given with --session
            mayfly run --session none missing.py          | 2 | no such file: missing.py
            MAYFLY_URL=http://127.0.0.1:1 mayfly session < /dev/null | 125 | nothing listens on http://127.0.0.1:1
            """)
    void whatIsWrongIsOneLine(String command, int exitCode, String reason) throws Exception {
        Ended ended = shell(command);
        assertThat(ended.stderr()).startsWith("mayfly: ").containsIgnoringCase(reason).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
    }

    private static String readUntil(Process process, String text) throws IOException {
        var shown = new StringBuilder();
        for (int next; shown.indexOf(text) < 0 && (next = process.getInputStream().read()) >= 0; ) {
            shown.append((char) next);
        }
        assertThat(shown).contains(text);
        return shown.toString();
    }

    private static void type(Process process, String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    @Test
    @Timeout(300)
    void personTypesCodeLinesAndFiles() throws Exception {
        Files.writeString(folder.resolve("in.txt"), "of the host");
        Process process = in("script", "-qec", "stty rows 30 cols 100; $MAYFLY session; echo status $?; stty -a", "/dev/null").redirectErrorStream(true).start();
        readUntil(process, "python> ");
        type(process, "x = 41\r");
        readUntil(process, "python> ");
        type(process, "def f():\r");
        readUntil(process, "... ");
        type(process, " return x + 1\r");
        readUntil(process, "... ");
        type(process, "\r");
        readUntil(process, "python> ");
        type(process, "f()\r");
        readUntil(process, "42\r\n");
        readUntil(process, "python> ");
        type(process, "%put in.txt\r");
        readUntil(process, "python> ");
        type(process, "!rev in.txt > out.txt\r");
        readUntil(process, "python> ");
        type(process, "%get out.txt\r");
        readUntil(process, "python> ");
        assertThat(folder.resolve("out.txt")).hasContent("tsoh eht fo");
        type(process, "print('begun'); import time; time.sleep(1000)\r");
        readUntil(process, "begun\r\n");
        type(process, "\u0003");
        assertThat(readUntil(process, "KeyboardInterrupt")).doesNotContain("cells.py");
        readUntil(process, "python> ");
        type(process, "x\r");
        readUntil(process, "41\r\n");
        readUntil(process, "python> ");
        type(process, "\u001bOA\u001bOA\u001bOA\u001bOA\u001bOA\u001bOA\r"); // the sixth line before
        readUntil(process, "42\r\n");
        readUntil(process, "python> ");
        type(process, "\u0004");
        readUntil(process, "status 0");
        assertThat(readUntil(process, "echoke")).contains("icanon", " echo ");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell("mayfly session ls | wc -l").stdout()).isEqualTo("1\n");
    }
}
