package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.EngineContract;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.session.CellEnd.CellOutcome;
import dev.mayfly.session.SessionEnd.Reason;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a session does in a real sandbox.
public abstract class SessionContract extends EngineContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final long OUTPUT = 1 << 20;

    /// Whether the sandbox's kernel is a program in its control groups, as gVisor's is: what takes too much ends the whole
    /// sandbox, and nobody counts its CPU time.
    protected boolean hasKernelOfItsOwn() {
        return false;
    }

    private WarmPool pool;
    private Sessions sessions;

    @BeforeAll
    void startSessions() throws Exception {
        pool = new WarmPool(engine.engine(), new PoolSettings(8, 8L << 30, 8, 2, Duration.ofMinutes(10)));
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine.engine(), pool, new WarmBounds(0, 1));
        for (String name : List.of("python", "node", "bash")) {
            runtimes.trust(TestEngine.runtime(name));
        }
        var dispatcher = new Dispatcher(runtimes, pool, engine.engine().engine(), ExecutionMetrics.NONE, Quotas.none(), 1);
        var settings = new SessionSettings("here", 6, 6, Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofSeconds(2), 1 << 20);
        sessions = new Sessions(dispatcher, settings, new HeapBudget(PATIENCE), InstantSource.system());
    }

    @AfterAll
    void stopSessions() {
        sessions.close();
        pool.close();
    }

    private Session open(String runtime) throws Exception {
        return open(runtime, Map.of(), Map.of());
    }

    private Session open(String runtime, Map<LimitAxis, Long> limits, Map<String, String> env) throws Exception {
        var file = new SourceFile("data/in.txt", "given\n".getBytes(UTF_8));
        return sessions.open(new SessionRequest("tenant", Optional.of(runtime), limits, env, List.of(file), Optional.empty(), Optional.empty(), Map.of()), PATIENCE);
    }

    /// What a cell reported, as text.
    private record Ran(CellEnd end, String stdout, String stderr, List<SessionEvent> events) {
        String result() {
            return events.stream().filter(SessionEvent.Result.class::isInstance).map(event -> requireNonNull(((SessionEvent.Result) event).data().get("text/plain")).asText()).collect(Collectors.joining());
        }

        SessionEvent.Raised error() {
            return (SessionEvent.Raised) events.stream().filter(SessionEvent.Raised.class::isInstance).findFirst().orElseThrow();
        }
    }

    private static Ran run(Session session, String code) throws Exception {
        return run(session, session.cell(code, LONG, OUTPUT));
    }

    private static Ran run(Session session, Cell its) throws Exception {
        try (Cell cell = its) {
            session.run(cell);
            return ran(cell);
        }
    }

    private static Ran ran(Cell cell) {
        List<SessionEvent> events = cell.log().events();
        return new Ran(cell.log().ended().orElseThrow(), text(events, OutputChunk.Stream.STDOUT), text(events, OutputChunk.Stream.STDERR), events);
    }

    private static String text(List<SessionEvent> events, OutputChunk.Stream stream) {
        var text = new StringBuilder();
        for (SessionEvent event : events) {
            if (event instanceof SessionEvent.Output(var its, byte[] content) && its == stream) {
                text.append(new String(content, UTF_8));
            }
        }
        return text.toString();
    }

    private static CommandRequest line(String line) {
        return new CommandRequest(List.of("/bin/sh", "-c", line), Hardening.WORK_FOLDER, Map.of(), new byte[0], false, Optional.empty(), Optional.empty(), OUTPUT);
    }

    private static Command.End end(Command command) throws InterruptedException {
        return command.log().awaitEnd(PATIENCE).orElseThrow();
    }

    private static String stdout(Command command) {
        return text(command.log().events(), OutputChunk.Stream.STDOUT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | x = 20             | x + 1                                      | 21
            python | import math        | math.pi > 3                                | True
            python | async def f(): return 7 | await f()                             | 7
            python | def f(): return 3  | f();                                       | ''
            python | print('only')      | None                                       | ''
            node   | let x = 20         | x + 1                                      | 21
            node   | const path = require('path') | path.basename('/a/b')            | '''b'''
            node   | async function f() { return 7 } | await f()                     | 7
            node   | const x = await Promise.resolve(4) | x + 1                      | 5
            node   | class A { }        | typeof new A()                             | '''object'''
            """)
    void stateStaysFromCellToCell(String runtime, String first, String second, String result) throws Exception {
        Session session = open(runtime);
        assertThat(run(session, first).end().outcome()).isEqualTo(CellOutcome.COMPLETED);
        Ran ran = run(session, second);
        assertThat(ran.end().outcome()).as(ran.events().toString()).isEqualTo(CellOutcome.COMPLETED);
        assertThat(ran.result()).isEqualTo(result);
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | import os, sys; print('out'); sys.stderr.write('err\\n'); os.system('echo child'); print(open('data/in.txt').read(), end='') | out;child;given
            node   | console.log('out'); console.error('err'); require('child_process').execSync('echo child', {stdio: 'inherit'}); console.log(require('fs').readFileSync('data/in.txt', 'utf8').trim()) | out;child;given
            """)
    void everythingThatACellWritesIsItsOwnAndInOrder(String runtime, String code, String stdout) throws Exception {
        Session session = open(runtime);
        run(session, runtime.equals("python") ? "print('before')" : "console.log('before')");
        Ran ran = run(session, code);
        assertThat(ran.stdout()).isEqualTo(stdout.replace(';', '\n') + "\n");
        assertThat(ran.stderr()).isEqualTo("err\n");
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | def f(): raise ValueError('bad')\\nf() | ValueError | bad
            python | 1 +                                   | SyntaxError | invalid syntax
            python | import sys; sys.exit(3)               | SystemExit | 3
            node   | function f() { throw new RangeError('bad') }\\nf() | RangeError | bad
            node   | 1 +                                   | SyntaxError | Unexpected end of input
            node   | await Promise.reject(new TypeError('later')) | TypeError | later
            """)
    void errorIsReportedAndTheStateStays(String runtime, String code, String name, String message) throws Exception {
        Session session = open(runtime);
        run(session, "kept = 1");
        Ran ran = run(session, code.replace("\\n", "\n"));
        assertThat(ran.end().outcome()).isEqualTo(CellOutcome.RAISED);
        assertThat(ran.end().stateKept()).isTrue();
        assertThat(ran.error().name()).isEqualTo(name);
        assertThat(ran.error().message()).startsWith(message);
        assertThat(ran.error().trace()).contains(name).doesNotContain("cells.py", "cells.cjs", "REPL", "_driver");
        assertThat(run(session, "kept").result()).isEqualTo("1");
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | while True: pass
            python | import time; time.sleep(1000)
            node   | while (true) {}
            node   | await new Promise(() => setTimeout(() => {}, 1e6))
            """)
    void cellOverItsTimeIsInterruptedAndTheStateStays(String runtime, String code) throws Exception {
        Session session = open(runtime);
        run(session, "kept = 1");
        Ran ran = run(session, session.cell(code, Duration.ofMillis(300), OUTPUT));
        assertThat(ran.end().outcome()).isEqualTo(CellOutcome.TIMED_OUT);
        assertThat(ran.end().stateKept()).isTrue();
        assertThat(run(session, "kept").result()).isEqualTo("1");
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\\nwhile True: pass
            python | import os; os._exit(3)
            node   | process.kill(process.pid, 'SIGKILL')
            """)
    void interpreterThatGoesIsReplacedAndFilesStay(String runtime, String code) throws Exception {
        Session session = open(runtime);
        run(session, "gone = 1");
        Ran ran = run(session, session.cell(code.replace("\\n", "\n"), Duration.ofSeconds(2), OUTPUT));
        assertThat(ran.end().outcome()).isIn(CellOutcome.TIMED_OUT, CellOutcome.EXITED);
        assertThat(ran.end().stateKept()).isFalse();
        assertThat(run(session, "gone").end().outcome()).isEqualTo(CellOutcome.RAISED);
        assertThat(run(session, "40 + 2").result()).isEqualTo("42");
        assertThat(session.files().read("data/in.txt", Long.MAX_VALUE)).asString().isEqualTo("given\n");
        session.close(Reason.CLOSED);
    }

    @Test
    void outputBeyondItsLimitEndsTheCell() throws Exception {
        Session session = open("python");
        Ran ran = run(session, session.cell("while True: print('x' * 99)", LONG, 1000));
        assertThat(ran.end().outcome()).isEqualTo(CellOutcome.OUTPUT_LIMIT);
        assertThat(ran.stdout()).hasSize(1000);
        assertThat(run(session, "'still here'").result()).isEqualTo("'still here'");
        session.close(Reason.CLOSED);
    }

    @Test
    void interruptEndsTheRunningCell() throws Exception {
        Session session = open("python");
        Cell cell = session.cell("print('begun')\nimport time\ntime.sleep(1000)", LONG, OUTPUT);
        Thread.ofVirtual().start(() -> {
            try {
                cell.log().after(0, PATIENCE);
                session.interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Ran ran = run(session, cell);
        assertThat(ran.end().outcome()).isEqualTo(CellOutcome.INTERRUPTED);
        assertThat(ran.error().name()).isEqualTo("KeyboardInterrupt");
        session.close(Reason.CLOSED);
    }

    @Test
    void displaysComeAsMediaTypes() throws Exception {
        Session session = open("python");
        Ran ran = run(session, """
                class Table:
                    def _repr_html_(self): return '<b>1</b>'
                    def _repr_png_(self): return b'png'
                    def __repr__(self): return 'table'
                display(Table())
                Table()
                """);
        var shown = (SessionEvent.Display) ran.events().stream().filter(SessionEvent.Display.class::isInstance).findFirst().orElseThrow();
        assertThat(shown.data().toString()).contains("text/html=\"<b>1</b>\"", "image/png=\"cG5n\"", "text/plain=\"table\"");
        assertThat(ran.result()).isEqualTo("table");
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "bash"})
    void commandsRunBesideCells(String runtime) throws Exception {
        Session session = open(runtime);
        Command command = session.start(line("id -u; pwd; echo error >&2; echo $0; cat data/in.txt; exit 3"));
        assertThat(end(command).outcome()).isEqualTo(new Outcome.Exited(3));
        assertThat(stdout(command)).isEqualTo("1000\n/work\n/bin/sh\ngiven\n");
        Command stays = session.start(new CommandRequest(List.of("cat"), "/tmp", Map.of("A", "b"), "first\n".getBytes(UTF_8), true, Optional.empty(), Optional.empty(), OUTPUT));
        stays.log().after(0, PATIENCE);
        assertThat(stays.offer("second\n".getBytes(UTF_8))).isTrue();
        stays.endInput();
        assertThat(end(stays).outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(stdout(stays)).isEqualTo("first\nsecond\n");
        session.close(Reason.CLOSED);
    }

    @Test
    void commandIsEndedByTimeSignalOutputAndItsCaller() throws Exception {
        Session session = open("bash");
        var late = new CommandRequest(List.of("sleep", "1000"), "/", Map.of(), new byte[0], false, Optional.empty(), Optional.of(Duration.ofMillis(200)), OUTPUT);
        assertThat(end(session.start(late)).outcome()).isInstanceOf(Outcome.TimedOut.class);
        Command signalled = session.start(line("trap 'echo heard; exit 4' TERM; echo ready; while :; do sleep 0.05; done"));
        signalled.log().after(0, PATIENCE);
        signalled.signal(15);
        assertThat(end(signalled).outcome()).isIn(new Outcome.Exited(4), new Outcome.Signaled(15));
        var loud = new CommandRequest(List.of("yes"), "/", Map.of(), new byte[0], false, Optional.empty(), Optional.empty(), 1000);
        Command written = session.start(loud);
        assertThat(end(written).outcome()).isInstanceOf(Outcome.OutputLimit.class);
        assertThat(stdout(written)).hasSize(1000);
        Command left = session.start(line("sleep 1000"));
        left.cancel(Outcome.By.CLIENT);
        assertThat(end(left).outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
        assertThat(end(session.start(new CommandRequest(List.of("/nowhere"), "/", Map.of(), new byte[0], false, Optional.empty(), Optional.empty(), OUTPUT))).outcome())
                .isEqualTo(new Outcome.Exited(127));
        session.close(Reason.CLOSED);
    }

    @Test
    void commandAtATerminal() throws Exception {
        Session session = open("bash");
        var request = new CommandRequest(List.of("/bin/sh", "-c", "stty size; read line; echo got $line"), "/work", Map.of(), new byte[0], true, Optional.of(new WindowSize(30, 100)), Optional.empty(), OUTPUT);
        Command command = session.start(request);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stdout(command)).contains("30 100"));
        command.resizeTerminal(new WindowSize(40, 120));
        assertThat(command.offer("typed\n".getBytes(UTF_8))).isTrue();
        assertThat(end(command).outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(stdout(command)).endsWith("got typed\r\n");
        session.close(Reason.CLOSED);
    }

    @Test
    void filesComeAndGo() throws Exception {
        Session session = open("python");
        SessionFiles files = session.files();
        byte[] content = new byte[300_000];
        new java.util.Random(1).nextBytes(content);
        files.write("new/folder/file.bin", content);
        assertThat(files.read("/work/new/folder/file.bin", Long.MAX_VALUE)).isEqualTo(content);
        assertThat(run(session, "len(open('new/folder/file.bin', 'rb').read())").result()).isEqualTo("300000");
        assertThat(files.stat("new/folder/file.bin")).satisfies(entry -> {
            assertThat(entry.type()).isEqualTo("file");
            assertThat(entry.size()).isEqualTo(300_000);
            assertThat(entry.mode()).isEqualTo(0644);
            assertThat(entry.user()).isEqualTo(1000);
        });
        files.makeFolder("other");
        files.move("new/folder/file.bin", "other/moved.bin");
        assertThat(files.list("/work", 3)).extracting(FileEntry::path).contains("/work/other/moved.bin", "/work/new/folder", "/work/data/in.txt").doesNotContain("/work/new/folder/file.bin");
        assertThat(files.list("/work", 1)).extracting(FileEntry::path).noneMatch(path -> path.contains("cells"));
        files.remove("other");
        assertThatThrownBy(() -> files.read("other/moved.bin", Long.MAX_VALUE)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.NOT_FOUND));
        assertThatThrownBy(() -> files.read("/work", Long.MAX_VALUE)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.WRONG_KIND));
        assertThatThrownBy(() -> files.write("/etc/passwd", content)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.FORBIDDEN));
        assertThatThrownBy(() -> files.read("/dev/zero", Long.MAX_VALUE)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.WRONG_KIND));
        session.start(line("head -c 2000000 /dev/zero > large"));
        await().atMost(PATIENCE).until(() -> files.stat("large").size() == 2_000_000);
        assertThatThrownBy(() -> files.read("large", Long.MAX_VALUE)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.TOO_LARGE));
        session.close(Reason.CLOSED);
    }

    @Test
    void limitsHoldForTheSandboxAndItsMemoryForEachProcess() throws Exception {
        Session session = open("python", Map.of(LimitAxis.MEMORY, 64L << 20), Map.of("TOLD", "yes"));
        assertThat(run(session, "import os; os.environ['TOLD']").result()).isEqualTo("'yes'");
        CellOutcome outcome = run(session, "x = bytearray(200 << 20)").end().outcome();
        if (hasKernelOfItsOwn()) {
            assertThat(outcome).isEqualTo(CellOutcome.SESSION_ENDED);
        } else {
            assertThat(outcome).isEqualTo(CellOutcome.OUT_OF_MEMORY);
            assertThat(run(session, "1 + 1").result()).isEqualTo("2");
        }
        session.close(Reason.CLOSED);
    }

    @Test
    void variableThatTheInterpreterReadsAtItsStartIsHeeded() throws Exception {
        Session session = open("python", Map.of(), Map.of("PYTHONHASHSEED", "0"));
        assertThat(run(session, "import sys; sys.flags.hash_randomization").result()).isEqualTo("0");
        assertThat(session.isWarm()).isFalse();
        session.close(Reason.CLOSED);
    }

    @Test
    void driverIsOutOfReachOfOthersAndItsMessagesAreChecked() throws Exception {
        Session session = open("python");
        run(session, "kept = 1");
        Command stranger = session.start(new CommandRequest(List.of("python3", "-c", "import socket; socket.socket(socket.AF_UNIX).connect('/dev/mayfly/cells')"), "/", Map.of(), new byte[0], false,
                Optional.empty(), Optional.empty(), OUTPUT));
        assertThat(end(stranger).outcome()).isEqualTo(new Outcome.Exited(1));
        // what a cell writes to its own driver's socket is a fault of its own interpreter, and of nobody else
        Ran ran = run(session, session.cell("import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'\\xff' * 100)\n    except OSError: pass\nimport time; time.sleep(1000)", Duration.ofSeconds(20), OUTPUT));
        assertThat(ran.end().stateKept()).isFalse();
        assertThat(run(session, "2 + 2").result()).isEqualTo("4");
        session.close(Reason.CLOSED);
    }

    @Test
    void endedSessionSaysWhyAndEndsItsCellsAndCommands() throws Exception {
        Session session = open("python");
        Command command = session.start(line("sleep 1000"));
        Cell cell = session.cell("import time; print('begun'); time.sleep(1000)", LONG, OUTPUT);
        Thread closer = Thread.ofVirtual().start(() -> {
            try {
                cell.log().after(0, PATIENCE);
                session.close(Reason.CLOSED);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        session.run(cell);
        closer.join();
        assertThat(cell.log().ended().orElseThrow().outcome()).isEqualTo(CellOutcome.SESSION_ENDED);
        assertThat(end(command).outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
        assertThatThrownBy(() -> run(session, "1")).isInstanceOfSatisfying(SessionEndedException.class, e -> assertThat(e.end().reason()).isEqualTo(Reason.CLOSED));
        assertThat(sessions.past("tenant", session.id()).map(SessionEnd::reason)).contains(Reason.CLOSED);
        assertThat(sessions.past("another", session.id())).isEmpty();
    }

    @Test
    void processesOfTheSandboxAreBoundedAndTheSessionSurvivesAForkBomb() throws Exception {
        Session session = open("python");
        Command bomb = session.start(line("bomb() { bomb | bomb & }; bomb; sleep 1"));
        end(bomb);
        if (hasKernelOfItsOwn()) {
            await().atMost(PATIENCE).until(() -> session.ended().isPresent());
            return;
        }
        List<Outcome> outcomes = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            session.start(line("pkill -9 -u 1000 sh; true")).cancel(Outcome.By.CLIENT);
            outcomes.add(end(session.start(line("true"))).outcome());
            return outcomes.getLast().equals(new Outcome.Exited(0));
        });
        session.close(Reason.CLOSED);
    }

    /// A cell's driver outlives what a cell does to it; where it does not, the next cell has another one.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | class E(Exception):\\n    def __str__(self): raise ValueError\\nraise E()
            python | import sys; sys.stdout.close()
            python | import sys; sys.stdout = None
            python | import os; os.close(1)
            python | del __builtins__
            python | long = 'x' * 5_000_000; long
            node   | throw null
            node   | throw undefined
            node   | Object.defineProperty(new Error(), 'message', {get() { throw this }})
            node   | setTimeout(() => { throw new Error('later') }, 0); await new Promise((resolve) => setTimeout(resolve, 50))
            """)
    void driverOutlivesWhatItsCellDoes(String runtime, String code) throws Exception {
        Session session = open(runtime);
        run(session, "kept = 5");
        assertThat(run(session, code.replace("\\n", "\n")).end().stateKept()).isTrue();
        assertThat(run(session, "kept").result()).isEqualTo("5");
        session.close(Reason.CLOSED);
    }

    @Test
    void whatAnAbandonedChildWritesToTheDriversSocketHoldsUpNobody() throws Exception {
        Session session = open("python");
        Ran ran = run(session, """
                import os
                if os.fork() == 0:
                    os.setsid()
                    while True:
                        for fd in range(3, 20):
                            try: os.write(fd, b'x' * 4096)
                            except OSError: pass
                os._exit(0)
                """);
        assertThat(ran.end().outcome()).isIn(CellOutcome.EXITED, CellOutcome.OUTPUT_LIMIT);
        assertThat(run(session, "1 + 1").result()).isEqualTo("2");
        assertThat(end(session.start(line("true"))).outcome()).isEqualTo(new Outcome.Exited(0));
        session.close(Reason.CLOSED);
    }

    @Test
    void commandThatDoesNotReadItsInputHasItsTimeAllTheSame() throws Exception {
        Session session = open("bash");
        var request = new CommandRequest(List.of("sleep", "1000"), "/", Map.of(), new byte[2 << 20], false, Optional.empty(), Optional.of(Duration.ofMillis(300)), OUTPUT);
        assertThat(end(session.start(request)).outcome()).isInstanceOf(Outcome.TimedOut.class);
        Command full = session.start(new CommandRequest(List.of("sleep", "1000"), "/", Map.of(), new byte[0], true, Optional.empty(), Optional.empty(), OUTPUT));
        byte[] piece = new byte[1 << 17];
        await().atMost(PATIENCE).until(() -> !full.offer(piece));
        full.cancel(Outcome.By.CLIENT);
        assertThat(end(full).outcome()).isEqualTo(new Outcome.Cancelled(Outcome.By.CLIENT));
        session.close(Reason.CLOSED);
    }

    @Test
    void inputAfterItsEndHarmsNobody() throws Exception {
        Session session = open("bash");
        Command command = session.start(new CommandRequest(List.of("sleep", "1000"), "/", Map.of(), new byte[0], true, Optional.empty(), Optional.empty(), OUTPUT));
        command.endInput();
        assertThat(command.takesInput()).isFalse();
        assertThat(command.offer("late".getBytes(UTF_8))).isTrue();
        assertThat(end(session.start(line("true"))).outcome()).isEqualTo(new Outcome.Exited(0));
        session.close(Reason.CLOSED);
    }

    @Test
    void interpreterComesBackWhereTheDiskIsFull() throws Exception {
        Session session = open("python");
        run(session, "full = open('full', 'wb')\ntry:\n while True: full.write(bytes(1 << 20))\nexcept OSError: pass\nimport os; os._exit(0)");
        assertThat(run(session, "open('more', 'w').write('x' * 9999)").error().name()).isEqualTo("OSError");
        assertThat(run(session, "1 + 1").result()).isEqualTo("2");
        session.close(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | open('beside.py', 'w').write('n = 7'); import beside; beside.n
            node   | fs.writeFileSync('beside.js', 'module.exports = 7'); require('./beside.js')
            """)
    void modulesBesideAreFound(String runtime, String code) throws Exception {
        Session session = open(runtime);
        assertThat(run(session, code).result()).isEqualTo("7");
        session.close(Reason.CLOSED);
    }

    @Test
    void fileOfAnyTimeIsListed() throws Exception {
        Session session = open("bash");
        end(session.start(line("touch -d @9223372036854775000 far")));
        assertThat(session.files().list("/work", 1)).extracting(FileEntry::path).contains("/work/far");
        session.close(Reason.CLOSED);
    }

    @Test
    void languageWithoutCellsSaysSo() throws Exception {
        Session session = open("bash");
        assertThatThrownBy(() -> run(session, "echo")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.detail()).contains("bash", "no cells"));
        session.close(Reason.CLOSED);
    }

    @Test
    void usageIsTheWholeSandboxs() throws Exception {
        Session session = open("python");
        run(session, "sum(range(3_000_000))");
        assertThat(session.usage().cpuUser().isPositive()).isNotEqualTo(hasKernelOfItsOwn());
        session.close(Reason.CLOSED);
    }

    /// What is reported until this has been.
    private static List<FileChange> changesUntil(FileWatch watch, FileChange last) throws InterruptedException {
        List<FileChange> changes = new ArrayList<>();
        while (!changes.contains(last)) {
            FileWatch.Part part = watch.next(PATIENCE);
            assertThat(part.changes()).as("behind %s", changes).isNotEmpty();
            changes.addAll(part.changes());
        }
        return changes;
    }

    private static FileChange change(FileChange.Kind kind, String path) {
        return new FileChange(kind, path);
    }

    @Test
    void folderThatIsWatchedReportsWhatChangesInIt() throws Exception {
        Session session = open("bash");
        SessionFiles files = session.files();
        files.makeFolder("w/below");
        try (FileWatch watch = files.watch("/work/w", false)) {
            end(session.start(line("cd w; echo 1 > a; mv a b; chmod 600 b; rm b; echo 2 > below/c; echo 3 > last")));
            assertThat(changesUntil(watch, change(FileChange.Kind.WRITTEN, "/work/w/last")))
                    .containsSubsequence(change(FileChange.Kind.CREATED, "/work/w/a"), change(FileChange.Kind.WRITTEN, "/work/w/a"), change(FileChange.Kind.MOVED, "/work/w/a"),
                            change(FileChange.Kind.CREATED, "/work/w/b"), change(FileChange.Kind.ATTRIBUTES, "/work/w/b"), change(FileChange.Kind.REMOVED, "/work/w/b"))
                    .noneMatch(one -> one.path().contains("below"));
        }
        try (FileWatch watch = files.watch("w", true)) {
            end(session.start(line("cd w; mkdir -p new/deep; echo 1 > new/deep/a; mv new moved; echo 2 > moved/deep/b; echo 3 > below/c")));
            assertThat(changesUntil(watch, change(FileChange.Kind.WRITTEN, "w/below/c")))
                    .contains(change(FileChange.Kind.CREATED, "w/new"), change(FileChange.Kind.CREATED, "w/moved"));
            end(session.start(line("cd w; echo 4 > moved/deep/late")));
            changesUntil(watch, change(FileChange.Kind.CREATED, "w/moved/deep/late"));
            files.remove("w");
            FileWatch.Part part = watch.next(PATIENCE);
            while (part.end().isEmpty()) {
                part = watch.next(PATIENCE);
            }
            assertThat(part.end()).contains(new Outcome.Exited(0));
        }
        assertThatThrownBy(() -> files.watch("missing", false)).isInstanceOfSatisfying(SessionFileException.class, e -> assertThat(e.reason()).isEqualTo(SessionFileException.Reason.NOT_FOUND));
        session.close(Reason.CLOSED);
    }

    @Test
    void asManyFoldersAreWatchedAsMayBe() throws Exception {
        Session session = open("bash");
        List<FileWatch> watches = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            watches.add(session.files().watch("/work", false));
        }
        assertThatThrownBy(() -> session.files().watch("/work", false)).isInstanceOf(RejectedException.class);
        watches.removeFirst().close();
        watches.add(session.files().watch("/work", false));
        session.close(Reason.CLOSED);
        for (FileWatch watch : watches) {
            assertThat(watch.next(PATIENCE).end()).isPresent();
            watch.close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            python | import os; x = 1; os.getcwd() | x           | NameError
            node   | x = 1; process.cwd()          | x           | ReferenceError
            """)
    void interpretersHaveStatesOfTheirOwn(String runtime, String first, String second, String error) throws Exception {
        Session session = open(runtime);
        Interpreters all = session.interpreters();
        int other = all.open("/tmp").number();
        assertThat(run(session, first).result()).isEqualTo("'/work'");
        assertThat(run(session, all.cell(other, second, LONG, OUTPUT)).error().name()).isEqualTo(error);
        assertThat(run(session, all.cell(other, first, LONG, OUTPUT)).result()).isEqualTo("'/tmp'");
        assertThat(all.restart(other)).isTrue();
        assertThat(run(session, all.cell(other, second, LONG, OUTPUT)).error().name()).isEqualTo(error);
        assertThat(run(session, second).result()).isEqualTo("1");
        assertThat(all.close(other)).isTrue();
        assertThat(all.close(other)).isFalse();
        assertThat(all.all()).containsExactly(new Interpreters.View(Interpreters.FIRST, "/work"));
        assertThatThrownBy(() -> all.cell(other, second, LONG, OUTPUT)).isInstanceOf(RejectedException.class);
        session.close(Reason.CLOSED);
    }

    @Test
    void cellsWhoseCallersLeaveGiveUpTheirPlaces() throws Exception {
        Session session = open("python");
        Cell runs = session.cell("import time; time.sleep(1000)", LONG, OUTPUT);
        List<Cell> waiting = new ArrayList<>();
        List<Thread> threads = new ArrayList<>(List.of(runIn(session, runs)));
        for (int n = 0; n < 16; n++) {
            waiting.add(session.cell("1", LONG, OUTPUT));
            threads.add(runIn(session, waiting.getLast()));
        }
        waiting.forEach(Cell::cancel);
        waiting.forEach(Cell::close);
        for (Thread thread : threads.subList(1, threads.size())) {
            assertThat(thread.join(PATIENCE)).as("it has left the line").isTrue();
        }
        runs.cancel();
        threads.getFirst().join();
        runs.close();
        assertThat(run(session, "6 * 7").result()).isEqualTo("42");
        session.close(Reason.CLOSED);
    }

    private static Thread runIn(Session session, Cell cell) {
        return Thread.ofVirtual().start(() -> {
            try {
                session.run(cell);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void interpretersRunBesideEachOther() throws Exception {
        Session session = open("python");
        Interpreters all = session.interpreters();
        Cell waits = session.cell("import os, time\nwhile not os.path.exists('flag'): time.sleep(0.01)\n'seen'", LONG, OUTPUT);
        Thread runner = runIn(session, waits);
        for (int n = 1; n < 8; n++) {
            int number = all.open("/work").number();
            assertThat(run(session, all.cell(number, "%d".formatted(number), LONG, OUTPUT)).result()).isEqualTo("%d".formatted(number));
        }
        assertThatThrownBy(() -> all.open("/work")).isInstanceOf(RejectedException.class);
        run(session, all.cell(1, "open('flag', 'w').close()", LONG, OUTPUT));
        runner.join();
        assertThat(ran(waits).result()).isEqualTo("'seen'");
        waits.close();
        session.close(Reason.CLOSED);
    }
}
