package dev.mayfly.pool;

import dev.mayfly.pool.NoSandboxException.Reason;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Where callers meet sandboxes: a caller takes a ready one or queues for one, and what becomes ready goes to the next
/// in turn. It creates nothing.
final class LeaseDesk {
    private final PoolState state;
    private final EngineWatch engine;
    private final Activity activity;

    LeaseDesk(PoolState state, EngineWatch engine, Activity activity) {
        this.state = state;
        this.engine = engine;
        this.activity = activity;
    }

    private enum Caller {
        NEW,
        /// Has held a sandbox before.
        ADMITTED
    }

    /// As `WarmPool.lease`.
    Lease lease(SandboxSpec spec, Borrower borrower, Duration patience) throws NoSandboxException, InterruptedException {
        return lease(spec, borrower, patience, Caller.NEW, () -> {});
    }

    /// As `WarmPool.exchange`.
    Lease exchange(Lease used, SandboxSpec spec, Borrower borrower, Duration patience) throws NoSandboxException, InterruptedException {
        state.locked(() -> state.leased++); // who waits until nothing is leased waits for this execution, too
        try {
            return lease(spec, borrower, patience, Caller.ADMITTED, used::close);
        } finally {
            used.close();
            state.locked(() -> state.leased--);
        }
    }

    /// @param inLine called when the caller has its place, so that nobody comes before it to what this makes free
    private Lease lease(SandboxSpec spec, Borrower borrower, Duration patience, Caller caller, Runnable inLine) throws NoSandboxException, InterruptedException {
        Shelf.Waiter waiter;
        state.lock();
        try {
            if (state.closed || (state.draining && caller == Caller.NEW)) {
                throw draining();
            }
            Shelf shelf = state.shelf(spec);
            shelf.demand.arrived(state.now());
            activity.called(borrower.lane());
            state.tenants.seen(borrower.tenant(), state.now());
            Optional<Sandbox> ready = takeReady(shelf, borrower);
            state.signalAll();
            if (ready.isPresent()) {
                return lease(ready.get(), borrower, 0);
            }
            refuseWhenHopeless(shelf);
            if (caller == Caller.NEW) {
                refuseWhenFull(shelf, borrower.tenant());
            }
            waiter = new Shelf.Waiter(borrower, new CompletableFuture<>(), state.now(), shelf.waiting() + 1, caller == Caller.ADMITTED);
            switch (caller) {
                case NEW -> shelf.waiters(borrower.lane()).add(waiter);
                case ADMITTED -> shelf.waiters(borrower.lane()).addFirst(waiter);
            }
            state.tenants.waits(borrower.tenant(), 1);
            state.waiting++;
        } finally {
            state.unlock();
        }
        inLine.run();
        return await(spec, waiter, patience);
    }

    private Lease await(SandboxSpec spec, Shelf.Waiter waiter, Duration patience) throws NoSandboxException, InterruptedException {
        boolean handedOver = false;
        try {
            Lease lease = waiter.lease().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            handedOver = true;
            return lease;
        } catch (TimeoutException e) {
            throw new NoSandboxException(Reason.AT_CAPACITY, "no sandbox became free in %.1f s (queued as number %d; %s)"
                    .formatted(patience.toMillis() / 1000.0, waiter.position(), numbers(spec)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSandboxException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } finally {
            boolean unused = !handedOver;
            state.locked(() -> leave(spec, waiter, unused));
        }
    }

    private void leave(SandboxSpec spec, Shelf.Waiter waiter, boolean unused) {
        state.waiting--;
        state.tenants.waits(waiter.borrower().tenant(), -1);
        Shelf shelf = state.shelf(spec);
        shelf.waiters(waiter.borrower().lane()).remove(waiter);
        // Handed over in the very moment in which the caller gave up: it goes to the next one.
        if (unused && !waiter.lease().cancel(false) && waiter.lease().state() == Future.State.SUCCESS) {
            countLeased(waiter.borrower(), -1);
            offer(shelf, waiter.lease().resultNow().sandbox());
        }
    }

    private Lease lease(Sandbox sandbox, Borrower borrower, int queuePosition) {
        countLeased(borrower, 1);
        var released = new AtomicBoolean();
        return new Lease(sandbox, queuePosition, () -> {
            if (released.compareAndSet(false, true)) {
                state.locked(() -> countLeased(borrower, -1));
                state.retire(sandbox, Retirement.USED);
            }
        });
    }

    private void countLeased(Borrower borrower, int change) {
        state.leased += change;
        activity.stirred();
        state.tenants.leased(borrower.lane(), borrower.tenant(), change);
    }

    private Optional<Sandbox> takeReady(Shelf shelf, Borrower borrower) {
        while (shelf.serves(borrower)) {
            Shelf.Ready ready = shelf.ready.remove();
            Optional<Retirement> unfit = ready.unfit(state.now());
            if (unfit.isEmpty()) {
                return Optional.of(ready.sandbox());
            }
            state.retire(ready.sandbox(), unfit.get());
        }
        return Optional.empty();
    }

    private void refuseWhenHopeless(Shelf shelf) throws NoSandboxException {
        if (engine.isDown()) {
            throw EngineWatch.refusal();
        }
        if (shelf.brokenBecause().isPresent()) {
            throw shelf.refusal();
        }
    }

    private void refuseWhenFull(Shelf shelf, String tenant) throws NoSandboxException {
        if (state.waiting >= state.settings.maxWaiting() && !makePlaceInQueue(tenant)) {
            throw new NoSandboxException(Reason.AT_CAPACITY, "the queue is full (%s)".formatted(numbers(shelf.spec)));
        }
    }

    /// A full queue is not the fault of those who have little of it: the last comer of the tenant with the longest
    /// line goes.
    private boolean makePlaceInQueue(String newcomer) {
        Optional<Shelf.Waiter> last = state.tenants.longestLine()
                .filter(tenant -> state.tenants.waiting(tenant) > state.tenants.waiting(newcomer) + 1)
                .flatMap(tenant -> state.shelves.values().stream()
                        .flatMap(shelf -> Stream.of(Lane.values()).map(lane -> shelf.waiters(lane).last(tenant)))
                        .flatMap(Optional::stream)
                        .max(Comparator.comparingLong(Shelf.Waiter::since)));
        last.ifPresent(waiter -> waiter.lease().completeExceptionally(new NoSandboxException(
                Reason.AT_CAPACITY, "the queue is full: %d of %d queued executions are yours".formatted(state.tenants.waiting(waiter.borrower().tenant()), state.waiting))));
        return last.isPresent();
    }

    /// To the one who waits longest, or onto the shelf. With the lock held.
    void offer(Shelf shelf, Sandbox sandbox) {
        if (state.closed) {
            state.retire(sandbox, Retirement.SHUTDOWN);
            return;
        }
        for (Optional<Shelf.Waiter> next = shelf.pollWaiter(); next.isPresent(); next = shelf.pollWaiter()) {
            Shelf.Waiter waiter = next.get();
            if (waiter.lease().complete(lease(sandbox, waiter.borrower(), waiter.position()))) {
                return;
            }
            countLeased(waiter.borrower(), -1);
        }
        long idle = state.settings.maxIdle().toNanos();
        long variation = ThreadLocalRandom.current().nextLong(idle / 10 + 1);
        shelf.ready.add(new Shelf.Ready(sandbox, state.now() + idle - variation));
    }

    /// Refuses new callers and those who are queued.
    void drain() {
        state.locked(() -> {
            state.draining = true;
            state.shelves.values().forEach(shelf -> shelf.turnAwayNew(draining()));
        });
    }

    /// Refuses also executions that were admitted before.
    void close() {
        state.locked(() -> {
            state.closed = true;
            drain();
            state.shelves.values().forEach(shelf -> shelf.turnAway(draining()));
        });
    }

    private static NoSandboxException draining() {
        return new NoSandboxException(Reason.DRAINING, "the service is shutting down");
    }

    private String numbers(SandboxSpec spec) {
        return state.locked(() -> "ready=%d, leased=%d, waiting=%d, capacity=%d"
                .formatted(state.shelf(spec).ready.size(), state.leased, state.waiting, state.settings.capacity()));
    }
}
