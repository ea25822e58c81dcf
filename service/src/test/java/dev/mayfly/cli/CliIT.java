package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `mayfly run` is the program itself: output, input, exit code and signals; with a service and without one.
@NeedsDocker
class CliIT {
    private static ServiceProcess service;

    @TempDir
    Path folder;

    /// Where the program runs.
    enum Where {
        SERVICE,
        EMBEDDED
    }

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-cli", ServiceProcess.lockFolder()).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        assertThat(service.containers()).isEmpty();
    }

    private record Ended(int exitCode, String stdout, String stderr) {}

    private Process begin(Where where, String... arguments) throws IOException {
        // a shell's background ignores it
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", new File("mayfly").getAbsolutePath()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("MAYFLY_URL", where == Where.SERVICE ? service.url().toString() : "none");
        return builder.start();
    }

    private static Ended end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String stdout = new String(process.getInputStream().readAllBytes(), UTF_8);
        String stderr = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), stdout, stderr);
    }

    private String program(String name, String code) throws IOException {
        Files.writeString(folder.resolve(name), code);
        return name;
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void streamsArgumentsAndExitCodeAreTheProgramsOwn(Where where) throws Exception {
        String file = program("hello.py", "import sys\nprint(sys.argv, sys.stdin.read())\nsys.stderr.write('oh')\nsys.exit(7)");
        Process process = begin(where, "run", file, "a b", "--json");
        process.getOutputStream().write("typed".getBytes(UTF_8));
        assertThat(end(process)).isEqualTo(new Ended(7, "['hello.py', 'a b', '--json'] typed\n", "oh"));
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void programMayComeFromStandardInput(Where where) throws Exception {
        Process process = begin(where, "run", "--runtime", "node", "-");
        process.getOutputStream().write("console.log(6*7)".getBytes(UTF_8));
        assertThat(end(process)).isEqualTo(new Ended(0, "42\n", ""));
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void inputAndOutputPassWhileTheProgramRuns(Where where) throws Exception {
        Process process = begin(where, "run", program("echo.py", "while True: print('got', input())"));
        var out = process.inputReader();
        for (int i = 0; i < 5; i++) {
            process.getOutputStream().write("line %d\n".formatted(i).getBytes(UTF_8));
            process.getOutputStream().flush();
            assertThat(out.readLine()).isEqualTo("got line " + i);
        }
        assertThat(end(process).exitCode()).isEqualTo(1); // EOFError, as it would be without Mayfly
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void largeFilesAndInputPass(Where where) throws Exception {
        Files.write(folder.resolve("large.bin"), new byte[5_000_000]);
        String sizes = program("sizes.py", "import os, sys\nprint(os.path.getsize('large.bin'), len(sys.stdin.buffer.read()))");
        Process process = begin(where, "run", "--file", "large.bin", sizes);
        process.getOutputStream().write(new byte[3_000_000]);
        assertThat(end(process)).isEqualTo(new Ended(0, "5000000 3000000\n", ""));
    }

    @Test
    void inputThatNobodyTakesCostsNoOutput() throws Exception {
        // given a program that ends with input left, while its output waits for its reader
        Process process = begin(Where.SERVICE, "run", program("many.py", "for i in range(60000): print(i, 'x' * 10)"));
        Thread.ofVirtual().start(() -> {
            try (var stdin = process.getOutputStream()) {
                while (true) {
                    stdin.write(new byte[1 << 16]);
                }
            } catch (IOException e) {
                // it has ended
            }
        });
        assertThat(process.inputReader().readLine()).startsWith("0 ");
        // when that one is slower than the ten seconds after which the server's own default would hang up
        await().pollDelay(Duration.ofSeconds(12)).atMost(Duration.ofSeconds(30)).until(process::isAlive);
        // then it gets everything
        assertThat(process.inputReader().lines().reduce("", (before, line) -> line)).startsWith("59999 ");
        assertThat(process.waitFor()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void interruptReachesTheProgram(Where where) throws Exception {
        Process process = begin(where, "run", program("wait.py", """
                import time
                print('ready')
                try: time.sleep(60)
                except KeyboardInterrupt: print('interrupted'); raise SystemExit(5)
                """));
        var out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        assertThat(out.readLine()).isEqualTo("interrupted");
        assertThat(process.waitFor()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void limitsFilesAndOutcomesHaveTheirExitCodes(Where where) throws Exception {
        program("data.csv", "1,2");
        String maker = program("make.py", "import os\nos.makedirs('plots')\nopen('plots/a.png', 'w').write(open('data.csv').read())");
        assertThat(end(begin(where, "run", "--file", "data.csv", "--out", "plots/*.png", maker)).exitCode()).isZero();
        assertThat(folder.resolve("plots/a.png")).hasContent("1,2");
        String loop = program("loop.py", "while True: pass");
        assertThat(end(begin(where, "run", "--limit", "wall-time=300ms", loop)).exitCode()).isEqualTo(124);
        String hog = program("hog.py", "x = bytearray(b'x') * (1 << 30)");
        assertThat(end(begin(where, "run", "--limit", "memory=64m", hog)).exitCode()).isEqualTo(137);
        String killed = program("killed.py", "import os; os.kill(os.getpid(), 15)");
        assertThat(end(begin(where, "run", killed)).exitCode()).isEqualTo(143);
        String flood = program("flood.py", "while True: print('x' * 1000)");
        assertThat(end(begin(where, "run", "--limit", "output=10k", flood)).exitCode()).isEqualTo(125);
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void wrongUseIsReportedInOneLine(Where where) throws Exception {
        String file = program("x.py", "1");
        for (List<String> arguments : List.of(
                List.of("run", "missing.py"), List.of("run", "--limit", "memory=1q", file), List.of("run", "--limit", "memory=99g", file),
                List.of("run", "--runtime", "cobol", file), List.of("run", program("what.xyz", "1")), List.of("run", "-"))) {
            Ended ended = end(begin(where, arguments.toArray(String[]::new)));
            assertThat(ended.exitCode()).as("%s", arguments).isEqualTo(2);
            assertThat(ended.stderr()).startsWith("mayfly: ").hasLineCount(1);
        }
    }

    /// In a shell, which can close and redirect what Java cannot.
    private Ended shell(Where where, String command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("bash", "-c", "mayfly() { '%s' \"$@\"; }; %s".formatted(new File("mayfly").getAbsolutePath(), command)).directory(folder.toFile());
        builder.environment().put("MAYFLY_URL", where == Where.SERVICE ? service.url().toString() : "none");
        return end(builder.start());
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void closedDescriptorsAreEmpty(Where where) throws Exception {
        String file = program("echo.py", "import sys\nprint(repr(sys.stdin.read()))\nprint('error', file=sys.stderr)\nsys.exit(3)");
        assertThat(shell(where, "mayfly run %s <&-".formatted(file))).isEqualTo(new Ended(3, "''\n", "error\n"));
        assertThat(shell(where, "mayfly run %s <&- >&-".formatted(file))).isEqualTo(new Ended(3, "", "error\n"));
        assertThat(shell(where, "mayfly run %s <&- 2>&-".formatted(file))).isEqualTo(new Ended(3, "''\n", ""));
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void outputThatCannotBeWrittenIsReportedInOneLine(Where where) throws Exception {
        String file = program("print.py", "print(1)");
        for (String arguments : List.of(file, "--json " + file)) {
            Ended ended = shell(where, "mayfly run %s > /dev/full".formatted(arguments));
            assertThat(ended.stderr()).startsWith("mayfly: the output cannot be written: ").hasLineCount(1);
            assertThat(ended.exitCode()).isEqualTo(125);
        }
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void jsonTellsTheWholeResult(Where where) throws Exception {
        Ended ended = end(begin(where, "run", "--json", program("two.py", "print(2)")));
        assertThat(ended.stdout()).contains("\"stdout\":\"2\\n\"").contains("\"exitCode\":0").contains("\"imageDigest\":\"sha256:");
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void readerThatLeavesEndsTheProgram(Where where) throws Exception {
        Process process = begin(where, "run", program("yes.py", "import time\nwhile True: print('y'); time.sleep(0.01)"));
        process.inputReader().readLine();
        process.getInputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(20)).until(() -> service.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 0.0"::equals));
    }

    @Test
    void benchTellsItsFiguresAndDrawsThem() throws Exception {
        Path page = folder.resolve("bench.html");
        Ended bench = end(begin(Where.SERVICE, "bench", "--only", "streaming", "--rounds", "2", "--json", "--report", page.toString()));
        JsonNode lost = new ObjectMapper().readTree(bench.stdout()).path("figures").path(0);
        assertThat(lost.path("name").asText()).contains("lines lost or out of order");
        assertThat(lost.path("measured").asText()).isEqualTo("0");
        assertThat(Files.readString(page)).contains("lines lost or out of order", "<polyline");
    }

    @Test
    void versionIsReported() throws Exception {
        assertThat(end(begin(Where.SERVICE, "--version")).stdout()).matches("mayfly \\d+\\.\\d+\\.\\d+\\S*\n");
    }

    @Test
    void benchNamesTheScenariosThereAre() throws Exception {
        Ended bench = end(begin(Where.SERVICE, "bench", "--only", "speed"));
        assertThat(bench.exitCode()).isEqualTo(2);
        assertThat(bench.stderr()).contains("latency", "saturation", "density");
    }

    /// A shell script at a terminal of 30 by 100; what is written to the process is typed there.
    private Process atTerminal(Where where, String script) throws IOException {
        var builder = new ProcessBuilder("script", "-qec", "stty rows 30 cols 100; " + script, "/dev/null").directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("MAYFLY_URL", where == Where.SERVICE ? service.url().toString() : "none");
        builder.environment().put("TERM", "xterm");
        builder.environment().put("MAYFLY", new File("mayfly").getAbsolutePath());
        return builder.start();
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

    @ParameterizedTest
    @EnumSource(Where.class)
    @Timeout(300)
    void programAtATerminalHasItAndGivesItBack(Where where) throws Exception {
        program("ask.py", """
                import getpass, os, signal, sys
                signal.signal(signal.SIGWINCH, lambda *_: print('now', *os.get_terminal_size()))
                print(os.isatty(0), os.isatty(2), *os.get_terminal_size(), os.environ['TERM'])
                secret = getpass.getpass('secret? ')
                print('and? ') # what was typed before is thrown away
                print(len(secret), sys.stdin.read())
                try: signal.pause(); signal.pause()
                except KeyboardInterrupt: print('interrupted')
                sys.exit(7)
                """);
        Process process = atTerminal(where, "(until [ -e wider ]; do sleep 0.1; done; stty cols 120 < /dev/tty) & $MAYFLY run ask.py; echo status $?; stty -a");
        assertThat(readUntil(process, "secret? ")).contains("True True 100 30 xterm\r\n");
        type(process, "hidden\r");
        assertThat(readUntil(process, "and? ")).doesNotContain("hidden");
        type(process, "some\r\u0004");
        readUntil(process, "6 some\r\n");
        Files.createFile(folder.resolve("wider"));
        readUntil(process, "now 120 30");
        type(process, "\u0003");
        assertThat(readUntil(process, "status 7")).contains("interrupted");
        // and the terminal is as it was
        assertThat(readUntil(process, "echoke")).contains("isig icanon ", " echo ", " icrnl ", "opost -");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Timeout(300)
    void terminalIsGivenBackByACommandThatIsEnded() throws Exception {
        program("stay.sh", "trap '' TERM; echo ready; while true; do sleep 0.1; done");
        Process process = atTerminal(Where.SERVICE, "$MAYFLY run stay.sh < /dev/tty & p=$!; until [ -e end ]; do sleep 0.1; done; "
                + "for i in 1 2 3 4 5 6; do kill -TERM $p; sleep 0.3; done; wait $p; echo status $?; stty -a");
        readUntil(process, "ready");
        Files.createFile(folder.resolve("end"));
        assertThat(readUntil(process, "status 130")).doesNotContain("icanon");
        assertThat(readUntil(process, "echoke")).contains("isig icanon ", " echo ", "opost -");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Timeout(300)
    void commandWhoseOutputGoesToAFileHasNoTerminal() throws Exception {
        program("plain.py", "import os; print(os.isatty(0), os.isatty(1))");
        Process process = atTerminal(Where.SERVICE, "$MAYFLY run plain.py > out; cat out");
        readUntil(process, "False False");
        process.destroy();
    }
}
