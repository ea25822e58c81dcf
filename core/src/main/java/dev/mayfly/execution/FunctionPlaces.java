package dev.mayfly.execution;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Counts the executions of functions that bound how many they may have at once. In memory: each replica counts for
/// itself. Thread-safe.
///
/// Callers who wait for their answer are refused when all places are taken; the bulk lane and the queue wait. So that
/// those callers cannot take every place that becomes free, it is kept for a moment for who waits.
public final class FunctionPlaces {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    /// A tenant's function.
    public record Name(String tenant, String function) {}

    /// One that was taken. Idempotent; thread-safe.
    public static final class Place {
        /// Of what is not bounded.
        public static final Place UNBOUNDED = new Place(() -> {});

        private final Runnable leave;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(Runnable leave) {
            this.leave = leave;
        }

        public void leave() {
            if (left.compareAndSet(false, true)) {
                leave.run();
            }
        }
    }

    private static final class Count {
        private int present;
        /// Threads of the bulk lane.
        private int waiting;
        /// Whether some of its executions wait in the queue.
        private boolean queued;
        private boolean kept;
        private long keptUntil;

        private boolean isUsed(long now) {
            return present > 0 || waiting > 0 || isKept(now);
        }

        private boolean isKept(long now) {
            return kept && now - keptUntil < 0;
        }
    }

    private final LongSupplier nanoTime;
    private final Map<Name, Count> counts = new HashMap<>();
    private volatile Runnable whenFree = () -> {};

    public FunctionPlaces(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @param action what happens when a place is free that the queue waits for
    public void whenFree(Runnable action) {
        whenFree = action;
    }

    /// Takes a place for somebody who has just come; empty where all are taken or kept.
    public Optional<Place> tryEnter(String tenant, Optional<Invocation> invocation) {
        return tryEnter(tenant, invocation, false);
    }

    /// The same for somebody who has waited, in the queue or in the bulk lane.
    public Optional<Place> tryEnterNext(String tenant, Optional<Invocation> invocation) {
        return tryEnter(tenant, invocation, true);
    }

    private synchronized Optional<Place> tryEnter(String tenant, Optional<Invocation> invocation, boolean hasWaited) {
        OptionalInt bound = bound(invocation);
        if (bound.isEmpty()) {
            return Optional.of(Place.UNBOUNDED);
        }
        Name name = name(tenant, invocation);
        Count count = counts.computeIfAbsent(name, each -> new Count());
        int kept = !hasWaited && count.isKept(nanoTime.getAsLong()) ? 1 : 0;
        if (count.present + kept >= bound.getAsInt()) {
            return Optional.empty();
        }
        count.present++;
        count.kept &= !hasWaited;
        return Optional.of(new Place(() -> leave(name)));
    }

    /// @throws RejectedException all places are taken
    Place enter(String tenant, Optional<Invocation> invocation) throws RejectedException {
        return tryEnter(tenant, invocation).orElseThrow(() -> RejectedException.forNow(RejectedException.Kind.FUNCTION_BUSY,
                "the function %s may have %d executions at once, and has them".formatted(invocation.orElseThrow().function(), bound(invocation).orElseThrow()), SOON));
    }

    /// Waits until there is a place, and does not take it.
    synchronized void awaitFree(String tenant, Optional<Invocation> invocation) throws InterruptedException {
        OptionalInt bound = bound(invocation);
        if (bound.isEmpty()) {
            return;
        }
        Count count = counts.computeIfAbsent(name(tenant, invocation), each -> new Count());
        count.waiting++;
        try {
            while (count.present >= bound.getAsInt()) {
                wait();
            }
        } finally {
            count.waiting--;
        }
    }

    private void leave(Name name) {
        if (left(name)) {
            whenFree.run();
        }
    }

    /// Whether the queue waits for the place.
    private synchronized boolean left(Name name) {
        long now = nanoTime.getAsLong();
        Count count = counts.get(name);
        if (count == null) {
            throw new IllegalStateException("a place of %s was left, and none was taken".formatted(name));
        }
        count.present--;
        count.kept = count.queued || count.waiting > 0;
        count.keptUntil = now + KEPT_NANOS;
        boolean queued = count.queued;
        counts.values().removeIf(each -> !each.isUsed(now));
        notifyAll();
        return queued;
    }

    /// The queue is looked at again: `isFull` says for which functions it waits.
    public synchronized void look() {
        counts.values().forEach(count -> count.queued = false);
    }

    /// Whether an execution in the queue has to wait for a place.
    ///
    /// @param bound the function's
    public synchronized boolean isFull(Name name, OptionalInt bound) {
        Count count = counts.get(name);
        if (count == null || bound.isEmpty()) {
            return false;
        }
        count.queued = count.present >= bound.getAsInt();
        return count.queued;
    }

    /// Those for whose places the queue waits, by the latest look.
    public synchronized Set<Name> queued() {
        Set<Name> names = new HashSet<>();
        counts.forEach((name, count) -> {
            if (count.queued) {
                names.add(name);
            }
        });
        return names;
    }

    private static OptionalInt bound(Optional<Invocation> invocation) {
        return invocation.isPresent() ? invocation.get().concurrency() : OptionalInt.empty();
    }

    private static Name name(String tenant, Optional<Invocation> invocation) {
        return new Name(tenant, invocation.orElseThrow().function());
    }
}
