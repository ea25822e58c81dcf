package dev.mayfly.pool;

import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What the parts of the pool share: shelves, tenants and counts. All of it is guarded by its lock; no engine call
/// happens under it.
final class PoolState {
    final PoolSettings settings;
    final Tenants tenants;
    final Map<SandboxSpec, Shelf> shelves = new HashMap<>();
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final EnumMap<Retirement, Long> destroyed = new EnumMap<>(Retirement.class);

    // INVARIANT: a sandbox holds its place, in `alive` and `aliveBytes`, from before its creation until the engine
    // says it is gone.
    private int alive;
    private long aliveBytes;
    private final Map<PoolStats.ImageUse, Integer> aliveByImage = new HashMap<>();
    int creating;
    int leased;
    int waiting;
    int evicting; // sandboxes that are being destroyed to make room
    long created;
    long createFailures;
    /// Only executions that were admitted before get sandboxes.
    boolean draining;
    boolean closed;

    PoolState(PoolSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.tenants = new Tenants(settings.capacity());
    }

    long now() {
        return nanoTime.getAsLong();
    }

    Shelf shelf(SandboxSpec spec) {
        return shelves.computeIfAbsent(spec, key -> new Shelf(key, WarmBounds.ON_DEMAND, tenants, now()));
    }

    boolean fits(SandboxSpec spec) {
        return alive < settings.capacity() && aliveBytes + spec.limits().memoryBytes() <= settings.memoryBytes();
    }

    /// Whether nothing is left beside what the shelves keep at least for interactive callers.
    boolean keepsEverything() {
        int kept = shelves.values().stream().mapToInt(shelf -> shelf.target.min()).sum();
        long keptBytes = shelves.values().stream().mapToLong(shelf -> shelf.target.min() * shelf.spec.limits().memoryBytes()).sum();
        return kept >= settings.capacity() || shelves.keySet().stream().anyMatch(spec -> keptBytes + spec.limits().memoryBytes() > settings.memoryBytes());
    }

    void takePlace(SandboxSpec spec) {
        alive++;
        aliveBytes += spec.limits().memoryBytes();
        aliveByImage.merge(use(spec), 1, Integer::sum);
    }

    void freePlace(SandboxSpec spec) {
        alive--;
        aliveBytes -= spec.limits().memoryBytes();
        aliveByImage.computeIfPresent(use(spec), (image, count) -> count == 1 ? null : count - 1);
        changed.signalAll();
    }

    private static PoolStats.ImageUse use(SandboxSpec spec) {
        return new PoolStats.ImageUse(spec.runtime(), spec.image());
    }

    /// Destroys behind the caller's back; the place is free when the sandbox is gone.
    void retire(Sandbox sandbox, Retirement reason) {
        if (reason == Retirement.EVICTED) {
            evicting++;
        }
        Thread.ofVirtual().name("destroy-" + sandbox.spec().runtime()).start(() -> {
            try {
                sandbox.close();
            } finally {
                locked(() -> {
                    destroyed.merge(reason, 1L, Long::sum);
                    evicting -= reason == Retirement.EVICTED ? 1 : 0;
                    freePlace(sandbox.spec());
                });
            }
        });
    }

    boolean isEmpty() {
        return alive == 0;
    }

    PoolStats stats(BooleanSupplier engineDown) {
        return locked(() -> {
            long now = now();
            Map<SandboxSpec, PoolStats.ShelfStats> perSpec = new HashMap<>();
            shelves.forEach((spec, shelf) -> perSpec.put(
                    spec, new PoolStats.ShelfStats(shelf.ready.size(), shelf.creating, shelf.waiting(), shelf.demand.sandboxes(shelf.target, now))));
            return new PoolStats(settings.capacity(), alive, leased, waiting, created, createFailures, engineDown.getAsBoolean(), destroyed, perSpec, aliveByImage);
        });
    }

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    void signalAll() {
        changed.signalAll();
    }

    /// Waits for a change, with the lock held by the caller, who looks again afterwards.
    @SuppressWarnings("WaitNotInLoop") // the caller's
    long awaitChange(long nanos) throws InterruptedException {
        return changed.awaitNanos(nanos);
    }

    /// False when the patience ends first.
    boolean awaitUntil(Duration patience, BooleanSupplier done) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!done.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
