package dev.mayfly.async;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How many executions wait, over all replicas, and how fast this replica works them off. Between two counts, the
/// length is an estimate. Thread-safe.
final class Backlog {
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 2048;

    private final LongSupplier nanoTime;
    private final Deque<Long> ends = new ArrayDeque<>();
    private long length; // may be below 0 for a moment: what is accepted can be claimed before it is counted here
    private long held;
    private boolean anyDue;

    Backlog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @param waiting so many of them belong to functions that have as many executions as they may
    /// @param due whether any of them may be begun now
    synchronized void counted(long queued, long waiting, boolean due) {
        length = queued;
        held = waiting;
        anyDue = due;
    }

    /// Whether a new one queues behind others.
    synchronized boolean isDue() {
        return length > 0 && anyDue;
    }

    /// Returns how many wait now.
    ///
    /// @param due whether they may be begun
    synchronized long accepted(int executions, boolean due) {
        length += executions;
        held += due ? 0 : executions;
        anyDue |= due;
        return Math.max(executions, length);
    }

    synchronized void claimed() {
        length--;
    }

    synchronized long length() {
        return Math.max(0, length);
    }

    /// How many do not wait for others of their function.
    synchronized long ready() {
        return Math.max(0, length - held);
    }

    synchronized void ended() {
        ends.addLast(nanoTime.getAsLong());
        if (ends.size() > MOST_REMEMBERED) {
            ends.removeFirst();
        }
    }

    /// How long so many take, by the last minute; empty when too few have ended in it to say.
    synchronized Optional<Duration> timeFor(long executions) {
        long now = nanoTime.getAsLong();
        while (!ends.isEmpty() && now - ends.getFirst() > WINDOW_NANOS) {
            ends.removeFirst();
        }
        return ends.size() < 2 ? Optional.empty() : Optional.of(Duration.ofNanos((now - ends.getFirst()) / ends.size() * executions));
    }
}
