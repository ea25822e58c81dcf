package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Invocation;
import dev.mayfly.store.Database;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;

/// Stores the ends of awaited invocations behind their callers' backs, so that a function's executions are all in one
/// place. Bounded: what the store is too slow for is left out, and counted. Thread-safe.
final class InvocationWriter implements AutoCloseable {
    private static final int MOST_WAITING = 1000;
    private static final long MOST_WAITING_BYTES = 32L << 20;
    private static final int MOST_AT_ONCE = 256;
    private static final long MOST_BYTES_AT_ONCE = 4L << 20;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Database database;
    private final Thread writer;
    private final LongAdder leftOut = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Queue<AwaitedInvocation> waiting = new ArrayDeque<>();
    private long waitingBytes;

    InvocationWriter(Database database) {
        this.database = database;
        writer = Thread.ofVirtual().name("function-log").start(this::write);
    }

    void add(AwaitedInvocation ended) {
        synchronized (this) {
            if (closing.getCount() > 0 && waiting.size() < MOST_WAITING && waitingBytes + ended.bytes() <= MOST_WAITING_BYTES) {
                waiting.add(ended);
                waitingBytes += ended.bytes();
                notifyAll();
                return;
            }
        }
        leftOut();
    }

    /// Counts one that did not fit.
    void leftOut() {
        leftOut.increment();
    }

    /// How many did not fit.
    long countLeftOut() {
        return leftOut.sum();
    }

    private void write() {
        try {
            for (List<AwaitedInvocation> group = take(); !group.isEmpty(); group = take()) {
                List<Row> rows = group.stream().map(Row::of).toList();
                boolean written = WriteRetry.on(rows.getFirst().ended().result().id(), () -> database.write(handle -> {
                    rows.forEach(row -> insert(handle, row));
                    return rows.size();
                })).isPresent();
                if (!written) {
                    leftOut.add(rows.size());
                }
                written(group);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        }
    }

    /// Empty at the end. What comes within a moment is written together, and the caller has its answer meanwhile.
    private List<AwaitedInvocation> take() throws InterruptedException {
        awaitFirst();
        var _ = closing.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        return taken();
    }

    private synchronized void awaitFirst() throws InterruptedException {
        while (waiting.isEmpty() && closing.getCount() > 0) {
            wait();
        }
    }

    private synchronized List<AwaitedInvocation> taken() {
        List<AwaitedInvocation> group = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && group.size() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE) {
            bytes += waiting.peek().bytes();
            group.add(waiting.remove());
        }
        return group;
    }

    private synchronized void written(List<AwaitedInvocation> group) {
        group.forEach(ended -> waitingBytes -= ended.bytes());
    }

    /// What is written of one, made before the store's only writer is at it.
    private record Row(AwaitedInvocation ended, StoredResult stored, long lastEvent, byte[] segment) {
        static Row of(AwaitedInvocation ended) {
            List<EventLine> events = events(ended);
            StoredResult stored = StoredResult.of(events.removeLast());
            events.add(stored.event());
            return new Row(ended, stored, events.getLast().id(), Segment.of(events));
        }
    }

    private static void insert(Handle handle, Row row) {
        AwaitedInvocation ended = row.ended();
        ExecutionResult result = ended.result();
        ExecutionResult.Timing timing = result.timing();
        Invocation invocation = ended.invocation();
        Instant began = ended.acceptedAt().plus(timing.queued()).plus(timing.lease());
        int added = handle.createUpdate("""
                        insert into execution (id, tenant, state, not_before, attempt, begun, cancel_requested, accepted_at, started_at, finished_at, outcome, outcome_detail, result_more,
                          labels, runtime, form, stored_bytes, function_name, function_version, invoked_by)
                        values (:id, :tenant, 'finished', 0, 1, 1, 0, :accepted, :started, :finished, :outcome, :detail, :more, '{}', :runtime, 1, :bytes, :function, :version, :invoker)
                        on conflict do nothing""")
                .bind("id", result.id()).bind("tenant", ended.tenant())
                .bind("accepted", ended.acceptedAt().toEpochMilli()).bind("started", began.toEpochMilli()).bind("finished", ended.acceptedAt().plus(timing.total()).toEpochMilli())
                .bind("outcome", ResultView.kind(result.outcome())).bind("detail", row.stored().outcome()).bind("more", row.stored().more().orElse(null))
                .bind("runtime", result.runtime()).bind("bytes", (long) row.segment().length)
                .bind("function", invocation.function()).bind("version", invocation.version()).bind("invoker", invocation.trigger().wireName())
                .execute();
        if (added == 1) {
            handle.createUpdate("insert into segment (execution_id, last_event, body) values (:id, :last, :body)")
                    .bind("id", result.id()).bind("last", row.lastEvent()).bind("body", row.segment()).execute();
        }
    }

    /// As the execution would have sent them, with all output of a stream in one.
    private static List<EventLine> events(AwaitedInvocation ended) {
        ExecutionResult result = ended.result();
        List<EventLine> events = new ArrayList<>();
        add(events, EventName.STARTED, new EventView.Started(result.id(), result.runtime()));
        double atMillis = result.timing().run().toNanos() / 1e6;
        output(events, EventName.STDOUT, ended.stdout(), atMillis);
        output(events, EventName.STDERR, ended.stderr(), atMillis);
        add(events, EventName.OUTCOME, ResultView.of(result));
        return events;
    }

    private static void output(List<EventLine> events, EventName name, byte[] bytes, double atMillis) {
        if (bytes.length > 0) {
            Encoding encoding = Encoding.of(bytes);
            add(events, name, new EventView(events.size(), atMillis, encoding.encode(bytes), encoding.wireName()));
        }
    }

    private static void add(List<EventLine> events, EventName name, Object data) {
        try {
            events.add(new EventLine(events.size(), name.wireName(), Json.STRICT.writeValueAsString(data)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What waits is still written, if the store takes it soon.
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closing.countDown();
            notifyAll();
        }
        if (!writer.join(LAST_WORDS)) {
            writer.interrupt();
            writer.join();
        }
    }
}
