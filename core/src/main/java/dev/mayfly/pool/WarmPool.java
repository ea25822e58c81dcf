package dev.mayfly.pool;

import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Ready sandboxes per spec, each handed out once. Thread-safe.
///
/// Callers take a ready sandbox or wait, at the `LeaseDesk`; the `Replenisher` decides what is made and what is
/// destroyed; the `EngineWatch` knows whether the engine answers. They share a `PoolState`.
public final class WarmPool implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    private final PoolState state;
    private final EngineWatch watch;
    private final LeaseDesk desk;
    private final Replenisher replenisher;

    public WarmPool(SandboxEngine engine, PoolSettings settings) {
        this(engine, settings, System::nanoTime);
    }

    WarmPool(SandboxEngine engine, PoolSettings settings, LongSupplier nanoTime) {
        state = new PoolState(settings, nanoTime);
        watch = new EngineWatch(state, engine);
        var activity = new Activity(settings.calm(), nanoTime);
        desk = new LeaseDesk(state, watch, activity);
        replenisher = new Replenisher(state, engine, watch, activity, desk);
        replenisher.start();
    }

    /// Keeps sandboxes of this spec warm from now on.
    public void keep(SandboxSpec spec, WarmBounds target) {
        state.locked(() -> {
            state.shelf(spec).target = target;
        });
    }

    /// Whether capacity or memory leave nothing beside what is kept at least: the bulk lane then gets one sandbox at a
    /// time.
    public boolean keepsEverything() {
        return state.locked(state::keepsEverything);
    }

    /// Stops keeping sandboxes of this spec; those that are ready are destroyed.
    public void forget(SandboxSpec spec) {
        keep(spec, WarmBounds.ON_DEMAND);
    }

    /// Takes a ready sandbox, or waits for one. The caller closes the lease.
    ///
    /// @throws NoSandboxException none came within the patience, or none will come
    public Lease lease(SandboxSpec spec, Borrower borrower, Duration patience) throws NoSandboxException, InterruptedException {
        return desk.lease(spec, borrower, patience);
    }

    /// Gives a sandbox back and takes another one for the same execution: it is not refused because the queue is full or
    /// the intake has stopped, and comes first in its tenant's line.
    ///
    /// @throws NoSandboxException none came within the patience, or none will come; the used one is given back all the same
    public Lease exchange(Lease used, SandboxSpec spec, Borrower borrower, Duration patience) throws NoSandboxException, InterruptedException {
        return desk.exchange(used, spec, borrower, patience);
    }

    public PoolStats stats() {
        return state.stats(watch::isDown);
    }

    /// Refuses new callers and those who wait; what is leased goes on. Idempotent.
    public void stopIntake() {
        desk.drain();
    }

    /// Waits until nothing is leased any more; false when the patience ends first.
    public boolean awaitIdle(Duration patience) throws InterruptedException {
        return state.awaitUntil(patience, () -> state.leased == 0);
    }

    /// Destroys every ready sandbox and returns when all sandboxes are gone, or after 20 seconds. Leased sandboxes are
    /// their leases' to close.
    @Override
    public void close() {
        desk.close();
        state.locked(() -> {
            state.shelves.values().forEach(shelf -> {
                shelf.ready.forEach(ready -> state.retire(ready.sandbox(), Retirement.SHUTDOWN));
                shelf.ready.clear();
            });
        });
        try {
            state.awaitUntil(CLOSE_PATIENCE, state::isEmpty);
            replenisher.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
