package dev.mayfly.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// What a cell or a command has reported, up to its output limit, and how it ended: written on the sandbox's thread,
/// which never waits, and read by any number of others as it grows. Thread-safe.
///
/// @param <E> how it ends
public final class RunLog<E> {
    static final Duration FOREVER = Duration.ofDays(365);
    private static final int MAX_EVENTS = 100_000;
    private static final int JOINED_BYTES = 1 << 14;

    /// What a log may keep before it asks for more room.
    static final int SHARE_BYTES = 1 << 16;

    private final long maxBytes;
    private final LongPredicate room;
    private final Runnable overLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<SessionEvent> events = new ArrayList<>();
    private long bytes;
    private long mayKeep;
    private int shown; // so many were read, and so stay as they are
    private boolean isOver;
    private @Nullable E end;

    /// @param maxBytes that may be reported
    /// @param room whether so many bytes more may be kept; a share is there from the beginning. Never blocks
    /// @param overLimit called once, when more was reported than may be, or than there is room for
    RunLog(long maxBytes, LongPredicate room, Runnable overLimit) {
        this.maxBytes = maxBytes;
        this.room = room;
        this.overLimit = overLimit;
        mayKeep = Math.min(maxBytes, SHARE_BYTES);
    }

    /// How much may be reported: what was asked for, or less where the service has no room.
    public long limit() {
        lock.lock();
        try {
            return isOver ? mayKeep : maxBytes;
        } finally {
            lock.unlock();
        }
    }

    /// Events from a place on; and the end, once it has come and nothing follows them.
    public record Part<E>(List<SessionEvent> events, Optional<E> end) {}

    void add(SessionEvent event) {
        take(event.bytes(), Optional.of(event));
    }

    /// Counts bytes as output that is shown to nobody.
    void count(long more) {
        take(more, Optional.empty());
    }

    private void take(long more, Optional<SessionEvent> event) {
        boolean reached;
        lock.lock();
        try {
            long before = bytes;
            bytes += more;
            makeRoom();
            if (event.isPresent() && end == null && !isOver) {
                fitting(event.get(), mayKeep - before).ifPresent(this::append);
                grown.signalAll();
            }
            reached = !isOver && (bytes > mayKeep || events.size() >= MAX_EVENTS);
            isOver |= reached;
        } finally {
            lock.unlock();
        }
        if (reached) { // only now: what fits is there before the end
            overLimit.run();
        }
    }

    private void makeRoom() {
        while (mayKeep < Math.min(bytes, maxBytes)) {
            long more = Math.min(Math.max(mayKeep, SHARE_BYTES), maxBytes - mayKeep);
            if (!room.test(more)) {
                return;
            }
            mayKeep += more;
        }
    }

    /// Pieces of one stream that nobody has read yet become one.
    private void append(SessionEvent event) {
        if (events.size() > shown && event instanceof SessionEvent.Output next && events.getLast() instanceof SessionEvent.Output last && joins(last, next)) {
            byte[] both = Arrays.copyOf(last.content(), last.content().length + next.content().length);
            System.arraycopy(next.content(), 0, both, last.content().length, next.content().length);
            events.set(events.size() - 1, new SessionEvent.Output(next.stream(), both));
        } else {
            events.add(event);
        }
    }

    private static boolean joins(SessionEvent.Output last, SessionEvent.Output next) {
        return last.stream() == next.stream() && last.content().length + next.content().length <= JOINED_BYTES;
    }

    /// Of output, what fits; all else fits or does not.
    private static Optional<SessionEvent> fitting(SessionEvent event, long room) {
        if (event.bytes() <= room) {
            return Optional.of(event);
        }
        return event instanceof SessionEvent.Output(var stream, byte[] content) && room > 0
                ? Optional.of(new SessionEvent.Output(stream, Arrays.copyOf(content, (int) room)))
                : Optional.empty();
    }

    /// The first end counts.
    void end(E how) {
        lock.lock();
        try {
            if (end == null) {
                end = how;
                grown.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// All until now.
    public List<SessionEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    public Optional<E> ended() {
        lock.lock();
        try {
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    /// Waits for what comes after the first `seen` events. Both parts are empty when the patience ends first.
    public Part<E> after(int seen, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitGrowth(patience, () -> events.size() > seen || end != null);
            shown = Math.max(shown, events.size());
            return new Part<>(List.copyOf(events.subList(Math.min(seen, events.size()), events.size())), Optional.ofNullable(end));
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the end; empty when the patience ends first.
    public Optional<E> awaitEnd(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitGrowth(patience, () -> end != null);
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    private void awaitGrowth(Duration patience, BooleanSupplier reached) throws InterruptedException {
        for (long left = patience.toNanos(); !reached.getAsBoolean() && left > 0; ) {
            left = grown.awaitNanos(left);
        }
    }

    /// How many bytes were reported, shown or not.
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
