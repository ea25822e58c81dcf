package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.session.SessionFileException.Reason;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What changes in a folder of a session's sandbox, until it is closed or the folder is gone. Heard on the sandbox's
/// thread, read on another one: where the reader is too slow, changes are lost, and a change of that kind says so.
public final class FileWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_CHARACTERS = 1 << 19;
    private static final int MAX_WORD_BYTES = 1 << 14;
    private static final String WATCHING = "watching";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable release;
    private final List<FileChange> waiting = new ArrayList<>();
    private int characters; // of the paths that wait
    private boolean watching;
    private @Nullable Outcome end;
    private @Nullable HeldProcess process;

    // of the sandbox's thread alone
    private final ByteArrayOutputStream word = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private @Nullable String change;

    /// @param release called once, when it is closed
    FileWatch(Runnable release) {
        this.release = release;
    }

    ProcessListener listener() {
        return new ProcessListener() {
            @Override
            public void output(OutputChunk.Stream stream, byte[] bytes) {
                if (stream == OutputChunk.Stream.STDOUT) {
                    read(bytes);
                } else if (errors.size() + bytes.length <= MAX_WORD_BYTES) {
                    errors.writeBytes(bytes);
                }
            }

            @Override
            public void ended(Outcome outcome, Usage usage) {
                signal(() -> end = outcome);
            }
        };
    }

    private void signal(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read(byte[] bytes) {
        for (byte one : bytes) {
            if (one != 0) {
                if (word.size() < MAX_WORD_BYTES) {
                    word.write(one);
                }
                continue;
            }
            String text = word.toString(UTF_8);
            word.reset();
            if (change == null) {
                change = text;
            } else {
                take(change, text);
                change = null;
            }
        }
    }

    private void take(String what, String path) {
        if (what.equals(WATCHING)) {
            signal(() -> watching = true);
        } else {
            FileChange.Kind.named(what).ifPresent(kind -> signal(() -> add(new FileChange(kind, path))));
        }
    }

    private void add(FileChange next) {
        if (waiting.size() < MOST_WAITING && characters < MOST_CHARACTERS) {
            waiting.add(next);
            characters += next.path().length();
        } else if (waiting.getLast().kind() != FileChange.Kind.LOST) {
            waiting.add(new FileChange(FileChange.Kind.LOST, ""));
        }
    }

    /// Waits until what changes from now on is reported.
    ///
    /// @throws SessionFileException it cannot be watched
    void begin(HeldProcess its, Duration patience) throws SessionFileException, SandboxException, InterruptedException {
        lock.lockInterruptibly();
        try {
            process = its;
            for (long left = patience.toNanos(); !watching && end == null && left > 0; ) {
                left = changed.awaitNanos(left);
            }
            if (watching) {
                return;
            }
            if (end instanceof Outcome.Failed(String reason, _)) {
                throw new SandboxException(reason, true);
            }
            throw end instanceof Outcome.Exited(int code) ? new SessionFileException(Reason.of(code), errors.toString(UTF_8)) : new SessionFileException(Reason.OTHER, "it cannot be watched now");
        } finally {
            lock.unlock();
        }
    }

    /// @param end why nothing more comes; empty while it goes on
    public record Part(List<FileChange> changes, Optional<Outcome> end) {}

    /// Waits for changes; both parts are empty when the patience ends first.
    public Part next(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = patience.toNanos(); waiting.isEmpty() && end == null && left > 0; ) {
                left = changed.awaitNanos(left);
            }
            List<FileChange> changes = List.copyOf(waiting);
            waiting.clear();
            characters = 0;
            return new Part(changes, Optional.ofNullable(end));
        } finally {
            lock.unlock();
        }
    }

    /// Once.
    @Override
    public void close() {
        HeldProcess its;
        lock.lock();
        try {
            its = process;
        } finally {
            lock.unlock();
        }
        try {
            if (its != null) {
                its.signal(Signals.KILL);
            }
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "it has gone with its sandbox", e);
        } finally {
            release.run();
        }
    }
}
