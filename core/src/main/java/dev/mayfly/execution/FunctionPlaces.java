package dev.mayfly.execution;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Counts the executions of functions that bound how many they may have at the same time. In memory: each replica
/// counts for itself. Thread-safe.
///
/// Callers who wait for their answer are refused when all places are taken; the bulk lane and the queue wait. A place
/// that becomes free is kept for a second for those that wait: callers in a loop cannot take each one.
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
        /// Records of the bulk lane.
        private int waiting;
        /// Whether some of its executions wait in the queue, by the look with this number.
        private boolean queued;
        private long look;
        /// Whether the next place is to be kept for them.
        private boolean wanted;
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
    private long look;
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
        if (hasWaited) {
            count.kept = false;
            count.wanted = false;
        }
        return Optional.of(new Place(() -> leave(name)));
    }

    /// @throws RejectedException all places are taken
    Place enter(String tenant, Optional<Invocation> invocation) throws RejectedException {
        return tryEnter(tenant, invocation).orElseThrow(() -> RejectedException.forNow(RejectedException.Kind.FUNCTION_BUSY,
                "the function %s is at its concurrency limit of %d".formatted(invocation.orElseThrow().function(), bound(invocation).orElseThrow()), SOON));
    }

    /// Somebody begins to wait for a place (1), or has one or gives up (-1).
    synchronized void waits(String tenant, Optional<Invocation> invocation, int change) {
        if (bound(invocation).isPresent()) {
            counts.computeIfAbsent(name(tenant, invocation), each -> new Count()).waiting += change;
            forgetUnused();
        }
    }

    /// Waits until there is a place, and does not take it. The caller has called `waits`.
    synchronized void awaitFree(String tenant, Optional<Invocation> invocation) throws InterruptedException {
        OptionalInt bound = bound(invocation);
        while (bound.isPresent() && isFull(name(tenant, invocation), bound)) {
            wait();
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
        boolean wanted = count.wanted;
        count.kept = wanted || count.waiting > 0;
        count.keptUntil = now + KEPT_NANOS;
        count.wanted = false; // until the queue is looked at again
        forgetUnused();
        notifyAll();
        return wanted;
    }

    private void forgetUnused() {
        long now = nanoTime.getAsLong();
        counts.values().removeIf(each -> !each.isUsed(now));
    }

    /// Whether all places are taken.
    ///
    /// @param bound the function's
    public synchronized boolean isFull(Name name, OptionalInt bound) {
        Count count = counts.get(name);
        return count != null && bound.isPresent() && count.present >= bound.getAsInt();
    }

    /// The queue is looked at.
    public synchronized void look() {
        look++;
    }

    /// This look has found executions of a full function in the queue.
    public synchronized void queued(Name name) {
        Count count = counts.get(name);
        if (count != null) {
            count.queued = true;
            count.wanted = true;
            count.look = look;
        }
    }

    /// This look has seen all of the queue.
    public synchronized void lookedThrough() {
        counts.values().stream().filter(count -> count.look != look).forEach(count -> {
            count.queued = false;
            count.wanted = false;
        });
    }

    /// Whether executions in the queue wait for it, by the latest looks.
    public synchronized boolean isQueued(Name name) {
        Count count = counts.get(name);
        return count != null && count.queued;
    }

    /// Those that executions in the queue wait for, by the latest looks.
    public synchronized Set<Name> queued() {
        return counts.entrySet().stream().filter(each -> each.getValue().queued).map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    private static OptionalInt bound(Optional<Invocation> invocation) {
        return invocation.isPresent() ? invocation.get().concurrency() : OptionalInt.empty();
    }

    private static Name name(String tenant, Optional<Invocation> invocation) {
        return new Name(tenant, invocation.orElseThrow().function());
    }
}
