package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.ProcessSpec;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.session.SessionFileException.Reason;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// The files of a session's sandbox, as its programs see and may change them. Paths are absolute, or below the work
/// folder. Thread-safe.
public final class SessionFiles {
    private static final System.Logger LOG = System.getLogger(SessionFiles.class.getName());
    private static final int AT_ONCE = 8;
    private static final int MOST_WATCHES = 8;
    public static final int MAX_LIST_BYTES = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HeldSandbox sandbox;
    private final long maxFileBytes;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Semaphore watches = new Semaphore(MOST_WATCHES);

    SessionFiles(HeldSandbox sandbox, long maxFileBytes) {
        this.sandbox = sandbox;
        this.maxFileBytes = maxFileBytes;
    }

    /// How many bytes of a file one request reads at most.
    public long mostBytesOf(String path) throws SessionFileException, SandboxException, InterruptedException {
        FileEntry entry = stat(path);
        return entry.type().equals("file") && entry.size() > 0 ? Math.min(entry.size(), maxFileBytes) : maxFileBytes;
    }

    /// @param maxBytes that it may have at most
    public byte[] read(String path, long maxBytes) throws SessionFileException, SandboxException, InterruptedException {
        return operate(new byte[0], Math.min(maxBytes, maxFileBytes), "read", path);
    }

    /// Makes the folders on the way, and replaces what a file has.
    public void write(String path, byte[] content) throws SessionFileException, SandboxException, InterruptedException {
        operate(content, 0, "write", path);
    }

    public FileEntry stat(String path) throws SessionFileException, SandboxException, InterruptedException {
        return FileEntry.parse(text(operate(new byte[0], MAX_LIST_BYTES, "stat", path))).getFirst();
    }

    /// @param depth how many levels of folders, 1 for the folder's own entries
    public List<FileEntry> list(String path, int depth) throws SessionFileException, SandboxException, InterruptedException {
        return FileEntry.parse(text(operate(new byte[0], MAX_LIST_BYTES, "list", path, Integer.toString(depth))));
    }

    /// With the folders on the way.
    public void makeFolder(String path) throws SessionFileException, SandboxException, InterruptedException {
        operate(new byte[0], 0, "mkdir", path);
    }

    public void move(String from, String to) throws SessionFileException, SandboxException, InterruptedException {
        operate(new byte[0], 0, "move", from, to);
    }

    /// Also a folder with all that is in it.
    public void remove(String path) throws SessionFileException, SandboxException, InterruptedException {
        operate(new byte[0], 0, "remove", path);
    }

    /// @param below whether also in the folders below
    /// @throws RejectedException as many are watched as may be
    public FileWatch watch(String folder, boolean below) throws RejectedException, SessionFileException, SandboxException, InterruptedException {
        if (!watches.tryAcquire()) {
            throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "%d folders of this session are watched already".formatted(MOST_WATCHES), Duration.ofSeconds(1));
        }
        var watch = new FileWatch(watches::release);
        boolean begun = false;
        try {
            List<String> words = below ? List.of("watch", folder, "below") : List.of("watch", folder);
            watch.begin(sandbox.start(operation(words), watch.listener()), PATIENCE);
            begun = true;
            return watch;
        } catch (SessionFileException e) {
            if (e.reason() == Reason.EXHAUSTED || e.reason() == Reason.NO_SPACE) {
                throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "the host has no room for another watch now (fs.inotify): " + e.getMessage(), Duration.ofSeconds(1));
            }
            throw e;
        } finally {
            if (!begun) {
                watch.close();
            }
        }
    }

    private static ProcessSpec operation(List<String> words) {
        return new ProcessSpec(ProcessSpec.Kind.OF_FILES, Optional.empty(), Hardening.WORK_FOLDER, words, Map.of());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private byte[] operate(byte[] input, long maxBytes, String operation, String... arguments) throws SessionFileException, SandboxException, InterruptedException {
        places.acquire();
        try {
            var answer = new Answer(maxBytes);
            List<String> words = Stream.concat(Stream.of(operation), Stream.of(arguments)).toList();
            HeldProcess process = sandbox.start(operation(words), answer);
            Thread.ofVirtual().name("feed").start(() -> feed(process, input)); // it may not be read in time
            if (answer.log.awaitEnd(PATIENCE).isEmpty() || answer.isTooLarge()) {
                process.signal(Signals.KILL);
            }
            return answer.content(arguments[0]);
        } finally {
            places.release();
        }
    }

    private static void feed(HeldProcess process, byte[] input) {
        try {
            process.write(input);
            process.endInput();
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "the sandbox has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What an operation writes, as far as it is wanted.
    private static final class Answer implements ProcessListener {
        private static final int MAX_WORDS_BYTES = 10_000;

        private final long maxBytes;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final ByteArrayOutputStream words = new ByteArrayOutputStream();
        private final RunLog<Outcome> log = new RunLog<>(0, bytes -> true, () -> {});
        private long written;

        Answer(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public synchronized void output(OutputChunk.Stream stream, byte[] bytes) {
            ByteArrayOutputStream into = stream == OutputChunk.Stream.STDOUT ? content : words;
            written += stream == OutputChunk.Stream.STDOUT ? bytes.length : 0;
            if (written > maxBytes) {
                log.end(new Outcome.OutputLimit(written, maxBytes));
            } else if (stream == OutputChunk.Stream.STDOUT || into.size() < MAX_WORDS_BYTES) {
                into.writeBytes(bytes);
            }
        }

        @Override
        public void ended(Outcome outcome, Usage usage) {
            log.end(outcome);
        }

        synchronized boolean isTooLarge() {
            return written > maxBytes;
        }

        synchronized byte[] content(String path) throws SessionFileException, SandboxException {
            Outcome outcome = log.ended().orElseGet(() -> new Outcome.TimedOut(Outcome.Clock.WALL_TIME, PATIENCE, PATIENCE));
            return switch (outcome) {
                case Outcome.Exited(int code) when code == 0 -> content.toByteArray();
                case Outcome.Exited(int code) -> throw new SessionFileException(Reason.of(code), text(words.toByteArray()));
                case Outcome.OutputLimit _ -> throw new SessionFileException(Reason.TOO_LARGE, "%s has more than %d bytes, which is the most for one request".formatted(path, maxBytes));
                case Outcome.Failed(String reason, _) -> throw new SandboxException(reason, true);
                case Outcome.TimedOut _ -> throw new SessionFileException(Reason.OTHER, "%s: it took longer than %d s".formatted(path, PATIENCE.toSeconds()));
                case Outcome.Signaled _, Outcome.OutOfMemory _, Outcome.CompileFailed _, Outcome.Cancelled _ ->
                    throw new SessionFileException(Reason.OTHER, "%s: it was killed, perhaps for want of memory".formatted(path));
            };
        }
    }
}
