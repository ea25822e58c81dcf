package dev.mayfly.build;

import dev.mayfly.build.RuntimeMaker.Built;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One build that was asked for, and what is known of it. Thread-safe.
public final class BuildJob {
    private static final int MOST_LINES = 2_000;

    /// Where it is.
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        public boolean isEnd() {
            return this != QUEUED && this != RUNNING;
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is built, and for whom.
    public record Subject(String name, String from, Optional<String> tenant, String requestedBy) {}

    /// @param error why it failed
    public record Status(State state, Instant createdAt, Optional<Instant> startedAt, Optional<Instant> endedAt, Optional<Built> built, Optional<String> error) {}

    private final String id;
    private final Subject subject;
    private final InstantSource clock;
    private final List<String> log = new ArrayList<>();
    private Status status;
    private boolean cancelled;

    BuildJob(String id, Subject subject, InstantSource clock) {
        this.id = id;
        this.subject = subject;
        this.clock = clock;
        status = new Status(State.QUEUED, clock.instant(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public String id() {
        return id;
    }

    public Subject subject() {
        return subject;
    }

    public synchronized Status status() {
        return status;
    }

    /// True the first time.
    synchronized boolean cancel() {
        boolean first = !cancelled;
        cancelled = true;
        return first;
    }

    synchronized void say(String line) {
        if (log.size() < MOST_LINES) {
            log.add(log.size() == MOST_LINES - 1 ? "(the log has at most %d lines; the rest is left out)".formatted(MOST_LINES) : line);
            notifyAll();
        }
    }

    synchronized void start() {
        status = new Status(State.RUNNING, status.createdAt(), Optional.of(clock.instant()), Optional.empty(), Optional.empty(), Optional.empty());
        notifyAll();
    }

    synchronized void end(State state, Optional<Built> built, Optional<String> error) {
        status = new Status(state, status.createdAt(), status.startedAt(), Optional.of(clock.instant()), built, error);
        notifyAll();
    }

    /// The log's lines after the first so many; waits until there are some. Empty once it has ended and there are none.
    public synchronized List<String> linesAfter(int count) throws InterruptedException {
        while (log.size() <= count && !status.state().isEnd()) {
            wait();
        }
        return log.size() <= count ? List.of() : List.copyOf(log.subList(count, log.size()));
    }
}
