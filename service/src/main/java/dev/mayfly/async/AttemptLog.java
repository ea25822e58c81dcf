package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.wire.Json;
import java.util.ArrayList;
import java.util.List;

/// Brings one attempt's events to the store while its program runs: what has come while one write was under way goes
/// into the next one. A store that is slow or away holds the program back, and loses nothing.
final class AttemptLog implements AutoCloseable {
    private static final int MOST_WAITING_CHARS = 256 << 10;

    private final Claims claims;
    private final Changes changes;
    private final Claim claim;
    private final Runnable lost;
    private final Thread writer;
    private List<EventLine> waiting = new ArrayList<>();
    /// Goes to the store with the end of the execution, and never before it.
    private final List<EventLine> outcome = new ArrayList<>(1);
    private int waitingChars;
    private long writtenBytes;
    private boolean ended;
    private boolean broken;

    /// @param lost called when the execution is another replica's by now, or is given up
    AttemptLog(Claims claims, Changes changes, Claim claim, Runnable lost) {
        this.claims = claims;
        this.changes = changes;
        this.claim = claim;
        this.lost = lost;
        writer = Thread.ofVirtual().name("log-" + claim.id()).start(this::write);
    }

    /// Waits while too much is on its way.
    synchronized void add(String name, long id, Object data) throws InterruptedException {
        while (waitingChars > MOST_WAITING_CHARS && !ended) {
            wait();
        }
        try {
            var event = new EventLine(id, name, Json.STRICT.writeValueAsString(data));
            if (event.isLast()) {
                outcome.add(event);
                return;
            }
            waiting.add(event);
            waitingChars += event.data().length();
            notifyAll();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write() {
        try {
            for (List<EventLine> taken = take(); !taken.isEmpty(); taken = take()) {
                List<EventLine> events = taken;
                if (!WriteRetry.on(claim.id(), () -> claims.append(claim, events)).orElse(false)) {
                    breakOff();
                    lost.run();
                    return;
                }
                written(events);
                changes.changed(claim.id());
            }
        } catch (InterruptedException e) {
            end();
        }
    }

    private synchronized void written(List<EventLine> events) {
        writtenBytes += events.stream().mapToLong(event -> event.data().length()).sum();
    }

    /// About how much of this attempt's events is in the store.
    synchronized long writtenBytes() {
        return writtenBytes;
    }

    /// Empty at the end.
    private synchronized List<EventLine> take() throws InterruptedException {
        while (waiting.isEmpty() && !ended) {
            wait();
        }
        return ended ? List.of() : swap();
    }

    private List<EventLine> swap() {
        List<EventLine> taken = waiting;
        waiting = new ArrayList<>();
        waitingChars = 0;
        notifyAll();
        return taken;
    }

    /// What was under way is not in the store, and never will be.
    private synchronized void breakOff() {
        broken = true;
        end();
    }

    /// Whether events of this attempt are missing in the store: its outcome must not go there either.
    synchronized boolean isBroken() {
        return broken;
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Ends the writing when what is under way is written, and returns what is not written yet.
    List<EventLine> rest() throws InterruptedException {
        end();
        writer.join();
        synchronized (this) {
            List<EventLine> rest = swap();
            rest.addAll(outcome);
            return rest;
        }
    }

    /// Forgets what is not written.
    @Override
    public void close() {
        end();
        writer.interrupt();
    }
}
