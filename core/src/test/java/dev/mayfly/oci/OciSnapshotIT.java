package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An interpreter that was made of a snapshot is the same to its program as one that was started.
@NeedsRoot
class OciSnapshotIT {
    /// What a program can see of its process; nothing in it may differ from sandbox to sandbox.
    private static final String LOOK_AROUND = """
            import _thread, ctypes, fcntl, json, locale, os, platform, resource, signal, stat, sys, threading
            def status(name):
                return [line.split()[1:] for line in open('/proc/self/status') if line.startswith(name + ':')]
            def text(name):
                return open('/proc/self/' + name).read()
            libc = ctypes.CDLL(None)
            auxiliary = libc.getauxval
            auxiliary.restype = ctypes.c_ulong
            def stack_bytes():
                attributes, place, size = (ctypes.c_char * 64)(), ctypes.c_void_p(), ctypes.c_size_t()
                libc.pthread_self.restype = ctypes.c_void_p
                assert libc.pthread_getattr_np(ctypes.c_void_p(libc.pthread_self()), attributes) == 0
                assert libc.pthread_attr_getstack(attributes, ctypes.byref(place), ctypes.byref(size)) == 0
                return round(size.value / (1 << 20))
            def handle(path):
                return ctypes.CDLL(path)._handle == ctypes.CDLL('libc.so.6')._handle
            def low_areas():
                return [line for line in text('maps').splitlines() if line.startswith('1000000') and 'rw' in line]
            print(json.dumps({
                'argv': sys.argv, 'orig_argv': sys.orig_argv, 'flags': str(sys.flags), 'path': sys.path, 'executable': sys.executable, 'main': __file__,
                'modules': sorted(sys.modules), 'environ': dict(os.environ), 'cwd': os.getcwd(), 'umask': os.umask(0o22), 'pid': os.getpid(), 'session': os.getsid(0),
                'ids': [os.getresuid(), os.getresgid(), os.getgroups()], 'comm': text('comm'), 'cmdline': text('cmdline'), 'process environ': text('environ'),
                'descriptors': sorted(os.listdir('/proc/self/fd')), 'kinds': [stat.S_IFMT(os.fstat(fd).st_mode) for fd in range(3)],
                'descriptor flags': [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in range(3)],
                'signals': [[str(number), str(signal.getsignal(number))] for number in sorted(signal.valid_signals())],
                'ignored': [status(name) for name in ('SigBlk', 'SigIgn', 'SigCgt')],
                'rights': [status(name) for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp', 'Seccomp_filters', 'Threads', 'NSpid')],
                'limits': [resource.getrlimit(number) for number in range(16)], 'score': text('oom_score_adj'), 'niceness': os.nice(0),
                'own memory': os.access('/proc/self/mem', os.W_OK), 'owner': os.stat('/proc/self/maps').st_uid,
                'thread': [threading.get_native_id() == os.getpid(), threading.main_thread().native_id == os.getpid()],
                'encoding': [sys.stdout.encoding, sys.getfilesystemencoding(), locale.getlocale()], 'buffering': [sys.stdout.line_buffering, sys.stderr.line_buffering],
                'auxiliary': [auxiliary(number) for number in (4, 5, 6, 11, 12, 13, 14, 16, 17, 23)], 'machine': [platform.node(), platform.machine()],
                'stack': stack_bytes(), 'libraries': [handle('/lib/x86_64-linux-gnu/libc.so.6'), handle('/usr/lib/x86_64-linux-gnu/libc.so.6')], 'left': low_areas(),
                'kernel areas': sorted(line.split()[-1] for line in text('maps').splitlines() if '[v' in line),
            }, sort_keys=True))
            """;

    /// Whatever the kernel had to be printed again: stack, heap, threads, signals, clocks, children.
    private static final String EXERCISE = """
            import ctypes, hashlib, mmap, multiprocessing, os, re, signal, subprocess, sys, threading, time
            def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
            sys.setrecursionlimit(30000)
            assert deep(20000) == 20000
            class Nested:                                  # recursion that needs the C stack
                def __init__(self, depth): self.depth = depth
                def __repr__(self): return repr([Nested(self.depth - 1)]) if self.depth else 'x'
            assert len(repr(Nested(1500))) == 3001
            pieces = [bytes([n % 256]) * 100 for n in range(200000)]
            assert len(hashlib.sha256(b"".join(pieces)).digest()) == 32
            libc = ctypes.CDLL(None, use_errno=True)
            libc.sbrk.restype = ctypes.c_void_p
            libc.malloc.restype = ctypes.c_void_p
            assert all(libc.malloc(100000) for n in range(100))
            before = libc.sbrk(0)
            assert libc.sbrk(1 << 20) == before and libc.sbrk(0) == before + (1 << 20)
            results = []
            threads = [threading.Thread(target=lambda: results.append(sum(range(100000)))) for n in range(8)]
            [thread.start() for thread in threads], [thread.join() for thread in threads]
            assert len(results) == 8
            caught = []
            signal.signal(signal.SIGALRM, lambda number, frame: caught.append(number))
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            signal.pause()
            assert caught == [signal.SIGALRM]
            try:
                signal.raise_signal(signal.SIGINT)
                assert False
            except KeyboardInterrupt: pass
            assert 0 <= time.time() - os.stat('/proc/self').st_ctime < 3600 and time.monotonic() > 0 and time.process_time() > 0
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.write(writing, os.urandom(16))
                os._exit(7)
            assert os.read(reading, 16) != os.urandom(16)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            assert subprocess.run([sys.executable, '-c', 'print(6*7)'], capture_output=True).stdout == b'42\\n'
            with multiprocessing.Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]
            import importlib, contextlib, io
            with contextlib.redirect_stdout(io.StringIO()):   # names that were hashed before, and new ones, are found
                for name in sorted(sys.stdlib_module_names - {'antigravity', 'idlelib', 'tkinter', 'turtle', 'turtledemo', 'this', '__main__'}):
                    try: importlib.import_module(name)
                    except ImportError: pass
            assert {str(n) for n in range(1000)} == {str(n) for n in range(999, -1, -1)} and 'append' in {'app' + 'end'} and len(sys.modules) > 200
            assert all(getattr(str, name) for name in dir(str)) and set(dir(list)) == set(list.__dict__) | set(object.__dict__)
            assert 0.1 + 0.2 == 0.30000000000000004 and os.sched_getaffinity(0)
            try: os.write(1, b'')
            finally: print('all well')
            """;

    @TempDir
    Path folder;

    private Instant now = Instant.EPOCH;

    private OciSettings settings(boolean snapshots) {
        return SnapshotSandboxes.settings(folder, snapshots);
    }

    private static SandboxSpec spec(OciEngine engine, String runtime) throws Exception {
        return SnapshotSandboxes.spec(engine, runtime);
    }

    private static String run(Sandbox sandbox, String code) throws Exception {
        return SnapshotSandboxes.run(sandbox, "python", code);
    }

    private static Sandbox later(OciEngine engine) throws Exception {
        return later(engine, spec(engine, "python"));
    }

    private static Sandbox later(OciEngine engine, SandboxSpec spec) throws Exception {
        return SnapshotSandboxes.later(engine, spec);
    }

    private List<Path> snapshots() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("oci"))) {
            return files.filter(file -> file.endsWith("mayfly/snapshot")).toList();
        }
    }

    @Test
    void fromTheThirdSandboxOnInterpretersAreMadeOfASnapshot() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            try (Sandbox first = engine.create(spec(engine, "python"));
                    Sandbox second = engine.create(spec(engine, "python"));
                    Sandbox third = engine.create(spec(engine, "python"));
                    Sandbox fourth = engine.create(spec(engine, "python"))) {
                assertThat(Snapshots.isRestored(first) || Snapshots.isRestored(second)).isFalse();
                assertThat(Snapshots.isRestored(third) && Snapshots.isRestored(fourth)).isTrue();
                assertThat(run(third, "print(6*7)")).isEqualTo("42\n");
                assertThat(run(fourth, "print(6*7)")).isEqualTo("42\n");
                assertThat(snapshots()).hasSize(1);
                assertThat(sandboxes()).as("the sandbox that was used up and the rehearsal are gone").hasSize(4);
            }
        }
        assertThat(folder.resolve("oci")).isEmptyDirectory();
    }

    @Test
    void layoutsOfSeveralSnapshotsAreInUseAndNoneForMoreThanAnHour() throws Exception {
        String where = "import ctypes; print(ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p).value)";
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            // given sandboxes over the first minute
            later(engine).close();
            for (int i = 0; i < 3; i++) {
                now = now.plusSeconds(20);
                engine.create(spec(engine, "python")).close();
            }
            List<Path> first = snapshots();
            assertThat(first).hasSize(4);
            // when programs in four sandboxes look where their memory is
            Set<String> places = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                try (Sandbox sandbox = engine.create(spec(engine, "python"))) {
                    assertThat(Snapshots.isRestored(sandbox)).isTrue();
                    places.add(run(sandbox, where));
                }
            }
            // then no two are alike
            assertThat(places).hasSize(4);
            // and when an hour has passed, none of the first snapshots is left
            for (int i = 0; i < 5; i++) {
                now = now.plus(Duration.ofMinutes(15));
                engine.create(spec(engine, "python")).close();
            }
            assertThat(snapshots()).doesNotContainAnyElementsOf(first);
        }
    }

    private List<Path> sandboxes() throws IOException {
        try (Stream<Path> files = Files.find(folder, 4, (file, attributes) -> file.resolve("..").normalize().endsWith("sandboxes"))) {
            return files.toList();
        }
    }

    @Test
    void programSeesTheProcessThatItWouldSeeWithoutOne() throws Exception {
        String started;
        String restored;
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(false), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isFalse();
            started = run(sandbox, LOOK_AROUND);
        }
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            restored = run(sandbox, LOOK_AROUND);
        }
        assertThat(restored.replace(",", ",\n")).isEqualTo(started.replace(",", ",\n"));
    }

    /// Who touches them first waits for them; and of libraries that nobody writes into there is one copy on the
    /// machine.
    @ParameterizedTest
    @ValueSource(strings = {"python", "node"})
    void waitingInterpreterHasTouchedItsPagesAndMapsTheImagesLibraries(String runtime) throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine, spec(engine, runtime))) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            Path interpreter = Path.of("/proc", String.valueOf(ControlGroups.processes(sandbox.id()).stream().mapToLong(id -> id).max().orElseThrow()));
            long touched = Files.readAllLines(interpreter.resolve("smaps_rollup")).stream().filter(line -> line.startsWith("Private_Dirty:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).sum();
            assertThat(touched).as("KiB of pages of its own").isGreaterThan(1000);
            assertThat(Files.readString(interpreter.resolve("maps"))).contains("r-xp", "/usr/lib/x86_64-linux-gnu/libc.so.6");
        }
    }

    @Test
    void everythingWorksInARestoredInterpreter() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            assertThat(run(sandbox, EXERCISE)).isEqualTo("all well\n");
        }
    }

    /// By every way that a program has, libraries that were preloaded included.
    private static final String RANDOM = """
            import ctypes, multiprocessing, os, random, secrets, ssl, tempfile, uuid
            getauxval = ctypes.CDLL(None).getauxval
            getauxval.restype = ctypes.c_ulong
            print(ctypes.string_at(getauxval(25), 16).hex(), random.random(), secrets.token_hex(), uuid.uuid4(), os.urandom(8).hex(), tempfile.mktemp(), hash('a text of this program'),
                  hash(b'some bytes of it'), ssl.RAND_bytes(8).hex(), multiprocessing.current_process().authkey.hex(), uuid.getnode(), sep='\\n')
            """;

    private static final List<String> PRELOADED = List.of("ssl", "uuid", "multiprocessing", "hashlib", "sqlite3", "asyncio", "decimal", "xml.etree.ElementTree", "tempfile");

    /// A runtime whose interpreters have imported libraries before they wait.
    private static SandboxSpec preloading(OciEngine engine) throws Exception {
        SandboxSpec python = spec(engine, "python");
        List<String> command = Stream.of(python.warmCommand(), List.of("--preload"), PRELOADED).flatMap(List::stream).toList();
        return new SandboxSpec("preloading:1", python.image(), command, python.rehearsal(), python.limits(), python.ociRuntime());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noTwoOf500SandboxesDrawTheSameNumber(boolean preloaded) throws Exception {
        Set<String> drawn = new HashSet<>();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            SandboxSpec spec = preloaded ? preloading(engine) : spec(engine, "python");
            later(engine, spec).close();
            for (int i = 0; i < 500; i++) {
                try (Sandbox sandbox = engine.create(spec)) {
                    assertThat(Snapshots.isRestored(sandbox)).isTrue();
                    List<String> numbers = List.of(run(sandbox, RANDOM).strip().split("\n", -1));
                    assertThat(numbers).hasSize(11);
                    assertThat(drawn).doesNotContainAnyElementsOf(numbers);
                    drawn.addAll(numbers);
                }
            }
        }
    }

    private static final String LEFT = """
            import os
            class Left:
                def __init__(self, name): self.name = name
                def __del__(self, write=os.write): write(1, (self.name + '\\n').encode())
            """;

    @Test
    void preloadedLibrariesAreThereAndTheProgramSeesNoOtherDifference() throws Exception {
        String code = LOOK_AROUND + "\nassert {'ssl', 'sqlite3', 'asyncio'} <= set(sys.modules)\n";
        String started;
        String restored;
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(false), lock, () -> now); Sandbox sandbox = later(engine, preloading(engine))) {
            assertThat(Snapshots.isRestored(sandbox)).isFalse();
            started = run(sandbox, code);
        }
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine, preloading(engine))) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            restored = run(sandbox, code);
        }
        assertThat(restored.replace(",", ",\n")).isEqualTo(started.replace(",", ",\n"));
    }

    @ParameterizedTest
    @CsvSource({"no_such_library, No module named 'no_such_library'", "starts_a_thread, starts a thread of Python"})
    void libraryThatCannotBePreloadedIsNamed(String library, String reason) throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            SandboxSpec python = spec(engine, "python");
            String module = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()";
            List<String> command = List.of("/bin/sh", "-c", "mkdir /tmp/lib && echo \"$1\" > /tmp/lib/starts_a_thread.py && cd /tmp/lib && PYTHONPATH=/tmp/lib exec /mayfly/interpreter --preload \"$0\"",
                    library, module);
            var spec = new SandboxSpec("missing:1", python.image(), command, python.rehearsal(), python.limits(), python.ociRuntime());
            assertThatThrownBy(() -> engine.create(spec)).isInstanceOf(SandboxException.class).hasMessageContaining(reason);
        }
    }

    /// At the interpreter's end, which would take it apart; but not one that the program has changed.
    @Test
    void preloadedLibraryIsLeftAlone() throws Exception {
        String library = LEFT + "own = Left('of ' + __name__)\n";
        String program = LEFT + """
                import atexit, changed, sys, untouched
                atexit._run_exitfuncs()
                assert 'untouched' in sys.modules
                atexit.register(lambda: os.write(1, untouched.own.name.encode() + b' at exit\\n'))
                changed.more = Left('in changed')
                kept = Left('global')
                """;
        String start = "mkdir /tmp/lib && cd /tmp/lib && printf %s \"$0\" | tee changed.py > untouched.py && PYTHONPATH=/tmp/lib exec /mayfly/interpreter --preload changed untouched";
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            SandboxSpec python = spec(engine, "python");
            var spec = new SandboxSpec("left:1", python.image(), List.of("/bin/sh", "-c", start, library), python.rehearsal(), python.limits(), python.ociRuntime());
            for (String early : List.of("atexit._run_exitfuncs()\n", "")) {
                try (Sandbox sandbox = later(engine, spec)) {
                    assertThat(Snapshots.isRestored(sandbox)).isTrue();
                    List<String> lines = run(sandbox, program.replace("atexit._run_exitfuncs()\n", early)).lines().toList();
                    assertThat(lines).contains("of untouched at exit", "in changed", "of changed", "global");
                    assertThat(lines.contains("of untouched")).isEqualTo(!early.isEmpty()); // who calls the exit functions calls ours, too
                }
            }
        }
    }

    /// What was there before the program is left out of collections.
    @Test
    void whatAProgramLeavesBehindIsFinalized() throws Exception {
        String code = LEFT + """
                import atexit, gc, sys, threading, weakref
                atexit.register(lambda: os.write(1, b'at exit\\n'))
                first, second = Left('first of a cycle'), Left('second of a cycle')
                first.other, second.other = second, first
                collected = Left('collected')
                collected.itself = collected
                del collected
                gc.collect()
                os.kept = Left('in a module of before')
                sys.kept = Left('in sys')
                kept = Left('global')
                noted = weakref.finalize(kept, lambda: os.write(1, b'noted\\n'))
                threading.Thread(target=lambda: os.write(1, b'thread\\n')).start()
                unclosed = open('/dev/fd/1', 'w')
                unclosed.write('in a buffer\\n')
                assert 'gc' in sys.modules and gc.isenabled() and gc.get_threshold()[0] == 2000
                """;
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            assertThat(run(sandbox, code).lines()).containsExactlyInAnyOrder("collected", "thread", "noted", "at exit", "global", "first of a cycle", "second of a cycle",
                    "in a buffer", "in a module of before", "in sys");
        }
    }

    /// Behind its head there is nothing to check it by.
    @Test
    void snapshotOfWhichNoSandboxComesIsNotUsedAgain() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            later(engine).close();
            Path snapshot = snapshots().getFirst();
            byte[] content = Files.readAllBytes(snapshot);
            Files.delete(snapshot);
            Files.write(snapshot, Arrays.copyOf(content, content.length / 4));
            for (int i = 0; i < 2; i++) {
                try (Sandbox sandbox = engine.create(spec(engine, "python"))) {
                    assertThat(Snapshots.isRestored(sandbox)).isFalse();
                    assertThat(run(sandbox, "print(6*7)")).isEqualTo("42\n");
                }
            }
            assertThat(sandboxes()).isEmpty();
        }
    }

    /// A process number may be another's by now.
    @Test
    void processThatIsNotOfTheSandboxIsLeftInPeace() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            Path file = folder.resolve("snapshot");
            DockerCommand.Ended taken = DockerCommand.run(new byte[0], List.of("target/keeper", "--snapshot", String.valueOf(stranger.pid()), "sandbox", file.toString()));
            assertThat(taken.exitCode()).isEqualTo(1);
            assertThat(new String(taken.stderr(), UTF_8)).contains("another one");
            assertThat(file).doesNotExist();
            assertThat(Files.readString(Path.of("/proc/%d/status".formatted(stranger.pid())))).contains("State:\tS").contains("TracerPid:\t0");
        } finally {
            stranger.destroyForcibly();
        }
    }

    /// Their interpreters may be of one image.
    @Test
    void runtimesShareNoSnapshot() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            later(engine).close();
            SandboxSpec python = spec(engine, "python");
            var plain = new SandboxSpec("other:1", python.image(), python.warmCommand(), Optional.empty(), python.limits(), python.ociRuntime());
            var offered = new SandboxSpec("another:1", python.image(), python.warmCommand(), python.rehearsal(), python.limits(), python.ociRuntime());
            for (SandboxSpec spec : List.of(plain, offered)) {
                try (Sandbox sandbox = engine.create(spec)) {
                    assertThat(Snapshots.isRestored(sandbox)).isFalse();
                }
            }
        }
    }

    @Test
    void interpreterWithFilesOpenIsNotWrittenDown() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            SandboxSpec python = spec(engine, "python");
            var holding = new SandboxSpec("holding:1", python.image(), List.of("/bin/bash", "-c", "exec 7</etc/passwd; exec /mayfly/interpreter"), python.rehearsal(), python.limits(), "");
            for (int i = 0; i < 4; i++) {
                try (Sandbox sandbox = engine.create(holding)) {
                    assertThat(Snapshots.isRestored(sandbox)).isFalse();
                }
            }
            assertThat(snapshots()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "of another version"})
    void withoutAUsableSnapshotTheInterpreterIsStarted(String state) throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            later(engine).close();
            Path snapshot = snapshots().getFirst();
            byte[] content = Files.readAllBytes(snapshot);
            Files.delete(snapshot);
            content[0]++;
            if (!state.equals("missing")) {
                Files.write(snapshot, state.equals("empty") ? new byte[0] : content);
            }
            try (Sandbox sandbox = engine.create(spec(engine, "python"))) {
                assertThat(Snapshots.isRestored(sandbox)).isFalse();
                assertThat(run(sandbox, "print(6*7)")).isEqualTo("42\n");
            }
            Folders.delete(snapshot.resolve("../..").normalize());
            try (Sandbox sandbox = engine.create(spec(engine, "python"))) {
                assertThat(run(sandbox, "print(6*7)")).isEqualTo("42\n");
            }
        }
    }

    @Test
    void snapshotThatCannotBeTakenIsDoneWithout() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            engine.create(spec(engine, "python")).close();
            Files.writeString(folder.resolve("oci").resolve(lock.id()).resolve("snapshots"), "in the way");
            for (int i = 0; i < 4; i++) {
                try (Sandbox sandbox = engine.create(spec(engine, "python"))) {
                    assertThat(Snapshots.isRestored(sandbox)).isFalse();
                    assertThat(run(sandbox, "print(6*7)")).isEqualTo("42\n");
                }
            }
            assertThat(sandboxes()).isEmpty();
        }
    }

    @Test
    void runtimeThatDoesNotOfferItsInterpreterStartsItAgain() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            SandboxSpec python = spec(engine, "python");
            var plain = new SandboxSpec(python.runtime(), python.image(), python.warmCommand(), Optional.empty(), python.limits(), python.ociRuntime());
            for (int i = 0; i < 4; i++) {
                try (Sandbox sandbox = engine.create(plain)) {
                    assertThat(Snapshots.isRestored(sandbox)).isFalse();
                }
            }
            assertThat(snapshots()).isEmpty();
        }
    }
}
