package dev.mayfly.execution;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Bytes of bodies and results that may be in the heap at the same time, so that many large ones are refused and do not
/// end the service. Each such byte is there in several forms, raw, decoded and as JSON, which is why the budget is a
/// small part of the heap. Thread-safe.
public final class HeapBudget {
    private static final int PARTS = 8;
    private static final int UNIT = 1024;
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final Semaphore units;
    private final int all;
    private final Duration patience;

    /// An eighth of the largest heap.
    ///
    /// @param patience how long a request waits for its share before it is refused
    public HeapBudget(Duration patience) {
        this(Runtime.getRuntime().maxMemory() / PARTS, patience);
    }

    public HeapBudget(long bytes, Duration patience) {
        all = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
        units = new Semaphore(all, true);
        this.patience = patience;
    }

    /// One request's share, at first nothing.
    public Hold hold() {
        return new Hold();
    }

    public final class Hold implements AutoCloseable {
        private final AtomicInteger held = new AtomicInteger();
        private volatile boolean closed;

        /// Waits for its turn, at most for the patience. What is more than there is at all takes all.
        ///
        /// @throws RejectedException too many large requests at the same time
        public void add(long bytes) throws RejectedException, InterruptedException {
            if (closed) { // nobody would give back what it takes now
                throw new InterruptedException("the request is over");
            }
            int more = (int) Math.min(all - held.get(), (bytes + UNIT - 1) / UNIT);
            if (!units.tryAcquire(more, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY,
                        "too many large requests at the same time: no memory for %d KiB more".formatted(more), RETRY_SOON);
            }
            held.addAndGet(more);
        }

        /// Adds as `add` does, and never waits: false when the bytes do not fit now, or the hold is closed.
        public boolean tryAdd(long bytes) {
            int more = (int) Math.min(all - held.get(), (bytes + UNIT - 1) / UNIT);
            boolean room = !closed && units.tryAcquire(more);
            held.addAndGet(room ? more : 0);
            if (closed) {
                close(); // it was closed meanwhile
            }
            return room && !closed;
        }

        /// Gives back what is more than so many bytes.
        public void shrinkTo(long bytes) {
            int kept = (int) Math.min(all, (bytes + UNIT - 1) / UNIT);
            int before = held.getAndUpdate(now -> Math.min(now, kept));
            units.release(Math.max(0, before - kept));
        }

        /// Gives everything back. Idempotent.
        @Override
        public void close() {
            closed = true;
            units.release(held.getAndSet(0));
        }
    }
}
