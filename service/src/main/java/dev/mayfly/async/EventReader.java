package dev.mayfly.async;

import dev.mayfly.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Reads one execution's events in order, each once, from behind any of them; while it runs, and after its end.
/// Readers do not know each other, and hold nobody up. Not thread-safe.
public final class EventReader implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration LOOK_AGAIN_WHEN_TOLD = Duration.ofSeconds(2);

    private final ExecutionQueries records;
    private final String tenant;
    private final String id;
    private final BooleanSupplier isRunHere;
    private final Changes.Watch watch;
    private long last;
    private boolean over;

    EventReader(ExecutionQueries records, Changes changes, String tenant, String id, long after, BooleanSupplier isRunHere) {
        this.records = records;
        this.tenant = tenant;
        this.id = id;
        this.isRunHere = isRunHere;
        last = after;
        watch = changes.watch(id);
    }

    /// Blocks for the next ones; empty at the end.
    public List<EventLine> next() throws StoreException, InterruptedException {
        while (!over) {
            boolean ended = records.find(tenant, id).map(execution -> execution.state() == State.FINISHED).orElse(true);
            List<EventLine> events = records.events(id, last);
            if (!events.isEmpty()) {
                last = events.getLast().id();
                over = events.getLast().isLast();
                return events;
            }
            over = ended; // looked at first: what came before the end is in the store by then
            if (!over) {
                watch.await(isRunHere.getAsBoolean() ? LOOK_AGAIN_WHEN_TOLD : LOOK_AGAIN);
            }
        }
        return List.of();
    }

    @Override
    public void close() {
        watch.close();
    }
}
