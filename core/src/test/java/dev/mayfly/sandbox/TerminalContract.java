package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.testing.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A program at a terminal finds there what it finds at any other.
public abstract class TerminalContract extends EngineContract {
    private static final WindowSize SIZE = new WindowSize(30, 100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<LimitAxis, Long> TIME = Map.of(LimitAxis.WALL_TIME, 120_000L);

    /// A program that runs at a terminal, and the person who sits there.
    private final class Seat implements AutoCloseable {
        private final Sandbox sandbox;
        private final PipedOutputStream keys = new PipedOutputStream();
        private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
        private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        private final CompletableFuture<SandboxRun> ended = new CompletableFuture<>();

        Seat(String name, String code, Map<LimitAxis, Long> limits) throws Exception {
            sandbox = engine.engine().create(engine.spec(name));
            var stdin = new Stdin.Terminal(new PipedInputStream(keys, 1 << 16), SIZE, Duration.ofHours(1));
            PreparedProgram program = program(name, code, stdin, limits);
            Thread.ofVirtual().start(() -> {
                try {
                    ended.complete(sandbox.run(program, this::accept));
                } catch (Exception e) {
                    ended.completeExceptionally(e);
                }
            });
        }

        private void accept(OutputChunk chunk) {
            (chunk.stream() == OutputChunk.Stream.STDOUT ? shown : errors).writeBytes(chunk.bytes());
        }

        String screen() {
            return shown.toString(StandardCharsets.UTF_8);
        }

        Seat awaitScreen(String text) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(screen()).contains(text));
            return this;
        }

        Seat type(String text) throws IOException {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
            return this;
        }

        Outcome end() throws Exception {
            Outcome outcome = ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).outcome();
            assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
            return outcome;
        }

        @Override
        public void close() throws IOException {
            sandbox.close();
            keys.close();
        }
    }

    private static PreparedProgram program(String name, String code, Stdin stdin, Map<LimitAxis, Long> limits) {
        LanguageRuntime runtime = TestEngine.runtime(name);
        PreparedProgram program = TestEngine.program(name, code);
        return new PreparedProgram(program.entrypoint(), runtime.command(program.entrypoint(), program.limits()), List.of(), Map.of("TERM", "xterm-256color"), program.files(), List.of(), stdin,
                program.limits().with(limits), program.budget());
    }

    private Seat python(String code) throws Exception {
        return new Seat("python", code, TIME);
    }

    @Test
    void everyStreamIsTheControllingTerminal() throws Exception {
        try (Seat seat = python("""
                import os, sys
                print(os.isatty(0), os.isatty(1), os.isatty(2), *os.get_terminal_size(), os.ttyname(0) == os.ttyname(2), os.tcgetpgrp(0) == os.getpgrp())
                sys.stderr.write('errors, too\\n')
                with open('/dev/tty', 'w') as terminal: terminal.write('by its name\\n')
                with open(os.ttyname(1), 'w') as terminal: terminal.write('by its other name\\n')
                """)) {
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen()).isEqualTo("True True True 100 30 True True\r\nerrors, too\r\nby its name\r\nby its other name\r\n");
        }
    }

    @Test
    void newSizeIsHeard() throws Exception {
        try (Seat seat = python("""
                import os, signal
                signal.signal(signal.SIGWINCH, lambda *_: print('now', *os.get_terminal_size()))
                print('ready')
                input()
                """)) {
            seat.awaitScreen("ready");
            seat.sandbox.resizeTerminal(new WindowSize(40, 120));
            seat.awaitScreen("now 120 40").type("\n");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
        }
    }

    @Test
    void controlCInterrupts() throws Exception {
        try (Seat seat = python("import time\nprint('ready')\ntime.sleep(100)")) {
            seat.awaitScreen("ready").type("\u0003");
            assertThat(seat.end()).isEqualTo(new Outcome.Signaled(2));
            assertThat(seat.screen()).contains("^C", "KeyboardInterrupt");
        }
    }

    @Test
    void controlDEndsTheInputAndSoDoesItsEnd() throws Exception {
        String code = "import sys\nfor line in sys.stdin: print('got', line.strip())\nprint('the end')";
        try (Seat seat = python(code)) {
            seat.type("one\ntwo\n").awaitScreen("got two").type("\u0004").awaitScreen("the end");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
        }
        for (String last : List.of("three\n", "three")) {
            try (Seat seat = python(code)) {
                seat.type(last).keys.close();
                assertThat(seat.awaitScreen("got three").end()).isEqualTo(new Outcome.Exited(0));
                assertThat(seat.screen()).endsWith("the end\r\n");
            }
        }
    }

    @Test
    void whatIsTypedIsEchoedAndAPasswordIsNot() throws Exception {
        try (Seat seat = python("import getpass, readline\nname = input('name? ')\nsecret = getpass.getpass('secret? ')\nprint(name, len(secret))")) {
            seat.awaitScreen("name? ").type("Bob\n").awaitScreen("secret? ").type("hidden\n");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen()).contains("name? Bob\r\n", "Bob 6").doesNotContain("hidden");
        }
    }

    @Test
    void wholeScreenIsThePrograms() throws Exception {
        try (Seat seat = python("""
                import curses
                def show(screen):
                    screen.addstr(0, 0, 'colours: %d' % curses.COLORS)
                    screen.addstr(1, 0, 'lines: %d' % curses.LINES)
                    screen.refresh()
                    return screen.getkey()
                print('pressed', curses.wrapper(show))
                """)) {
            seat.awaitScreen("lines: 30").type("\u001b[A");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen()).contains("colours: 256", "pressed ");
        }
    }

    @Test
    void allThatWasWrittenIsShown() throws Exception {
        try (Seat seat = python("for i in range(20000): print(i)")) {
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen().lines().count()).isEqualTo(20_000);
            assertThat(seat.screen()).endsWith("19998\r\n19999\r\n");
        }
    }

    @Test
    void outputIsCapped() throws Exception {
        try (Seat seat = new Seat("python", "while True: print('x' * 100)", Map.of(LimitAxis.OUTPUT, 100_000L))) {
            assertThat(seat.end()).isInstanceOf(Outcome.OutputLimit.class);
            assertThat(seat.shown.size()).isEqualTo(100_000);
        }
    }

    @Test
    void shellReadsAndNodeAsksAndEnds() throws Exception {
        try (Seat seat = new Seat("bash", "read -p 'name? ' name\nread -s -p 'secret? ' secret\necho; echo \"$name ${#secret}\"", TIME)) {
            // the first key is erased whole
            seat.awaitScreen("name? ").type("\u00e9\u007fBob\n").awaitScreen("secret? ").type("hidden\n");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen()).endsWith("Bob 6\r\n").doesNotContain("hidden");
        }
        try (Seat seat = new Seat("node", """
                const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout });
                rl.question('name? ', name => { console.log(`hello ${name}, ${process.stdout.columns}, ${process.stdout.getColorDepth()}`); rl.close(); });
                """, TIME)) {
            seat.awaitScreen("name? ").type("Bob\r");
            assertThat(seat.end()).isEqualTo(new Outcome.Exited(0));
            assertThat(seat.screen()).contains("hello Bob, 100, 8");
        }
    }
}
