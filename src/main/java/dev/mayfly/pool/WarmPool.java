package dev.mayfly.pool;

import dev.mayfly.pool.NoSandboxException.Reason;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxSpec;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Ready sandboxes per spec, each handed out once. Thread-safe.
///
/// Callers take a ready sandbox or wait; one replenisher decides what is made and what is destroyed, and virtual threads make and
/// destroy. No engine call happens under the lock.
public final class WarmPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WarmPool.class.getName());
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ENGINE_WATCH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_CALMS = 5;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    private final SandboxEngine factory;
    private final PoolSettings settings;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<SandboxSpec, Shelf> shelves = new HashMap<>();
    private final Tenants tenants;
    private final EnumMap<Retirement, Long> destroyed = new EnumMap<>(Retirement.class);
    private final Thread replenisher;

    // INVARIANT: a sandbox holds its place, in `alive` and `aliveBytes`, from before its creation until the engine says it is gone.
    private int alive;
    private long aliveBytes;
    private int creating;
    private int leased;
    private int waiting;
    private long created;
    private long createFailures;
    private long watchedAt; // when somebody last came who waits for an answer
    private long stirredAt; // when a sandbox was last leased or given back
    private OptionalLong putOffSince = OptionalLong.empty(); // while sandboxes that nobody needs at once are not made
    private boolean engineDown;
    private boolean askingEngine;
    private long engineAskedAt;
    private boolean closed;

    public WarmPool(SandboxEngine factory, PoolSettings settings) {
        this(factory, settings, System::nanoTime);
    }

    WarmPool(SandboxEngine factory, PoolSettings settings, LongSupplier nanoTime) {
        this.factory = factory;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.tenants = new Tenants(settings.capacity());
        this.watchedAt = nanoTime.getAsLong() - WATCHED_NANOS;
        this.engineAskedAt = nanoTime.getAsLong();
        this.stirredAt = nanoTime.getAsLong() - settings.calm().toNanos();
        this.replenisher = Thread.ofVirtual().name("replenisher").start(this::replenish);
    }

    /// Keeps sandboxes of this spec waiting from now on.
    public void keep(SandboxSpec spec, WarmTarget target) {
        locked(() -> shelf(spec).target = target);
    }

    /// Stops keeping sandboxes of this spec; those that wait are destroyed.
    public void forget(SandboxSpec spec) {
        keep(spec, WarmTarget.ON_DEMAND);
    }

    /// Takes a ready sandbox, or waits for one. The caller closes the lease.
    ///
    /// @param tenant on whose behalf; tenants who wait take turns
    /// @throws NoSandboxException none came within the patience, or none will come
    public Lease lease(SandboxSpec spec, Lane lane, String tenant, Duration patience) throws NoSandboxException, InterruptedException {
        Shelf.Waiter waiter;
        lock.lock();
        try {
            refuseWhenClosed();
            Shelf shelf = shelf(spec);
            shelf.demand.arrived(nanoTime.getAsLong());
            watchedAt = lane == Lane.INTERACTIVE ? nanoTime.getAsLong() : watchedAt;
            tenants.seen(tenant, nanoTime.getAsLong());
            Optional<Sandbox> ready = takeReady(shelf, lane, tenant);
            changed.signalAll();
            if (ready.isPresent()) {
                return lease(ready.get(), tenant, 0);
            }
            refuseWhenHopeless(shelf, tenant);
            waiter = new Shelf.Waiter(tenant, new CompletableFuture<>(), nanoTime.getAsLong(), shelf.waiting() + 1);
            shelf.waiters(lane).add(waiter);
            tenants.waits(tenant, 1);
            waiting++;
        } finally {
            lock.unlock();
        }
        return await(spec, lane, waiter, patience);
    }

    private Lease await(SandboxSpec spec, Lane lane, Shelf.Waiter waiter, Duration patience)
            throws NoSandboxException, InterruptedException {
        boolean handedOver = false;
        try {
            Sandbox sandbox = waiter.sandbox().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            handedOver = true;
            return locked(() -> lease(sandbox, waiter.tenant(), waiter.position()));
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
            locked(() -> leave(spec, lane, waiter, unused));
        }
    }

    private boolean leave(SandboxSpec spec, Lane lane, Shelf.Waiter waiter, boolean unused) {
        waiting--;
        tenants.waits(waiter.tenant(), -1);
        Shelf shelf = shelf(spec);
        shelf.waiters(lane).remove(waiter);
        // Handed over in the very moment in which the caller gave up: it goes to the next one.
        if (unused && !waiter.sandbox().cancel(false) && waiter.sandbox().state() == Future.State.SUCCESS) {
            offer(shelf, waiter.sandbox().resultNow());
        }
        changed.signalAll();
        return true;
    }

    private Lease lease(Sandbox sandbox, String tenant, int queuePosition) {
        leased++;
        stirredAt = nanoTime.getAsLong();
        tenants.leased(tenant, 1);
        var released = new AtomicBoolean();
        return new Lease(sandbox, queuePosition, () -> {
            if (released.compareAndSet(false, true)) {
                locked(() -> {
                    leased--;
                    stirredAt = nanoTime.getAsLong();
                    tenants.leased(tenant, -1);
                    return true;
                });
                retire(sandbox, Retirement.USED);
            }
        });
    }

    private Optional<Sandbox> takeReady(Shelf shelf, Lane lane, String tenant) {
        while (shelf.serves(lane, tenant)) {
            Shelf.Ready sandbox = shelf.ready.remove();
            Optional<Retirement> unfit = unfit(sandbox);
            if (unfit.isEmpty()) {
                return Optional.of(sandbox.sandbox());
            }
            retire(sandbox.sandbox(), unfit.get());
        }
        return Optional.empty();
    }

    private Optional<Retirement> unfit(Shelf.Ready sandbox) {
        if (!sandbox.sandbox().isAlive()) {
            return Optional.of(Retirement.DIED_IDLE);
        }
        return nanoTime.getAsLong() - sandbox.expiresAt() > 0 ? Optional.of(Retirement.EXPIRED) : Optional.empty();
    }

    private void refuseWhenClosed() throws NoSandboxException {
        if (closed) {
            throw new NoSandboxException(Reason.DRAINING, "the service is shutting down");
        }
    }

    private void refuseWhenHopeless(Shelf shelf, String tenant) throws NoSandboxException {
        if (engineDown) {
            throw engineDown();
        }
        if (shelf.brokenBecause().isPresent()) {
            throw broken(shelf);
        }
        if (waiting >= settings.maxWaiting() && !makePlaceInQueue(tenant)) {
            throw new NoSandboxException(Reason.AT_CAPACITY, "the queue is full (%s)".formatted(numbers(shelf.spec)));
        }
    }

    /// A full queue is not the fault of those who have little of it: the last comer of the tenant with the longest line goes.
    private boolean makePlaceInQueue(String newcomer) {
        Optional<Shelf.Waiter> last = tenants.longestLine()
                .filter(tenant -> tenants.waiting(tenant) > tenants.waiting(newcomer) + 1)
                .flatMap(tenant -> shelves.values().stream()
                        .flatMap(shelf -> Stream.of(Lane.values()).map(lane -> shelf.waiters(lane).last(tenant)))
                        .flatMap(Optional::stream)
                        .max(Comparator.comparingLong(Shelf.Waiter::since)));
        last.ifPresent(waiter -> waiter.sandbox().completeExceptionally(new NoSandboxException(
                Reason.AT_CAPACITY, "the queue is full: %d of %d queued executions are yours".formatted(tenants.waiting(waiter.tenant()), waiting))));
        return last.isPresent();
    }

    private static NoSandboxException engineDown() {
        return new NoSandboxException(Reason.ENGINE_DOWN, "the container engine does not answer");
    }

    private static NoSandboxException broken(Shelf shelf) {
        return new NoSandboxException(
                Reason.RUNTIME_BROKEN, "no sandbox of %s starts: %s".formatted(shelf.spec.runtime(), shelf.brokenBecause().orElse("")));
    }

    private String numbers(SandboxSpec spec) {
        return locked(() -> "ready=%d, leased=%d, waiting=%d, capacity=%d"
                .formatted(shelf(spec).ready.size(), leased, waiting, settings.capacity()));
    }

    // ---- the replenisher: the only one who decides ----

    private void replenish() {
        while (true) {
            boolean probe;
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                tidy();
                watchEngine();
                probe = engineDown;
                if (probe || !startNext()) {
                    changed.awaitNanos(putOffSince.isPresent() ? settings.calm().toNanos() : TICK_NANOS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                lock.unlock();
            }
            if (probe) {
                probeEngine();
            }
        }
    }

    private void tidy() {
        long now = nanoTime.getAsLong();
        for (Shelf shelf : shelves.values()) {
            for (Shelf.Ready sandbox : List.copyOf(shelf.ready)) {
                unfit(sandbox).ifPresent(reason -> discard(shelf, sandbox, reason));
            }
            int surplus = shelf.ready.size() - shelf.demand.sandboxes(shelf.target, now);
            for (; surplus > 0 && shelf.waiting() == 0; surplus--) {
                discard(shelf, shelf.ready.getFirst(), Retirement.SURPLUS);
            }
        }
        shelves.values().removeIf(Shelf::isUnused);
    }

    private void discard(Shelf shelf, Shelf.Ready sandbox, Retirement reason) {
        shelf.ready.remove(sandbox);
        retire(sandbox.sandbox(), reason);
    }

    /// Starts the most urgent creation, or makes room for it; false when there is nothing to do now.
    private boolean startNext() {
        long now = nanoTime.getAsLong();
        List<Shelf> urgent = shelves.values().stream()
                .filter(shelf -> shelf.shortage(now) > 0 && creating < parallelCreates(shelf, now))
                .sorted(Comparator.comparing(Shelf::urgency))
                .toList();
        if (urgent.stream().noneMatch(shelf -> shelf.isPressed(now)) && putOff(urgent, now)) {
            return false;
        }
        for (Shelf shelf : urgent) {
            if (fits(shelf)) {
                begin(shelf);
                return true;
            }
            if (shelf.waiting() > 0) {
                makeRoom(shelf);
                return false;
            }
        }
        return false;
    }

    /// Until it is calm, where all that is short has enough for now.
    private boolean putOff(List<Shelf> urgent, long now) {
        long calm = settings.calm().toNanos();
        if (!urgent.isEmpty() && now - stirredAt < calm && now - putOffSince.orElse(now) < MOST_CALMS * calm) {
            putOffSince = OptionalLong.of(putOffSince.orElse(now));
            return true;
        }
        putOffSince = OptionalLong.empty();
        return false;
    }

    /// Making sandboxes takes processor time from programs that run: where somebody waits for answers, bulk leaves one creation to them, and the greedy half.
    private int parallelCreates(Shelf shelf, long now) {
        int all = settings.parallelCreates();
        if (now - watchedAt >= WATCHED_NANOS) {
            return all;
        }
        return switch (shelf.urgency().need()) {
            case GREEDY -> Math.max(1, all / 2);
            case BULK -> Math.max(1, all - 1);
            case INTERACTIVE, RESERVE, DEMAND -> all;
        };
    }

    private boolean fits(Shelf shelf) {
        return alive < settings.capacity() && aliveBytes + shelf.spec.limits().memoryBytes() <= settings.memoryBytes();
    }

    private void begin(Shelf shelf) {
        alive++;
        aliveBytes += shelf.spec.limits().memoryBytes();
        creating++;
        shelf.creating++;
        Thread.ofVirtual().name("create-" + shelf.spec.runtime()).start(() -> create(shelf, nanoTime.getAsLong()));
    }

    /// Evicts a waiting sandbox of another shelf; the bulk lane and the greedy are not worth a sandbox that is kept for the others.
    private void makeRoom(Shelf forShelf) {
        boolean bulkOnly = !forShelf.hasModestWaiter();
        shelves.values().stream()
                .filter(shelf -> shelf != forShelf && shelf.ready.size() > (bulkOnly ? shelf.target.min() : 0) && shelf.waiting() == 0)
                .max(Comparator.comparingInt(shelf -> shelf.ready.size()))
                .ifPresent(shelf -> discard(shelf, shelf.ready.getFirst(), Retirement.EVICTED));
    }

    private void create(Shelf shelf, long startedAt) {
        try {
            Sandbox sandbox = factory.create(shelf.spec);
            locked(() -> {
                made(shelf);
                created++;
                shelf.succeeded();
                shelf.demand.refilled(nanoTime.getAsLong() - startedAt);
                offer(shelf, sandbox);
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            locked(() -> failed(shelf, "interrupted", false));
        } catch (SandboxException | RuntimeException e) {
            boolean down = !answers();
            RareWarning.ENGINE.warn("create failed: runtime={0} engineDown={1} reason={2}", shelf.spec.runtime(), down, e.getMessage());
            locked(() -> failed(shelf, String.valueOf(e.getMessage()), down));
        }
    }

    private void made(Shelf shelf) {
        creating--;
        shelf.creating--;
        changed.signalAll();
    }

    private boolean failed(Shelf shelf, String reason, boolean down) {
        made(shelf);
        freePlace(shelf.spec);
        createFailures++;
        shelf.failed(reason, nanoTime.getAsLong());
        if (down) {
            engineWentAway();
        } else if (shelf.brokenBecause().isPresent()) {
            turnAway(shelf, broken(shelf));
        }
        return true;
    }

    private boolean engineWentAway() {
        if (!engineDown) {
            engineDown = true;
            LOG.log(Level.ERROR, "the container engine does not answer; new executions are refused until it does");
        }
        shelves.values().forEach(each -> turnAway(each, engineDown()));
        return true;
    }

    /// An engine that hangs fails no call for long, and its sandboxes look alive: it is asked from time to time.
    private void watchEngine() {
        if (askingEngine || engineDown || nanoTime.getAsLong() - engineAskedAt < ENGINE_WATCH_NANOS) {
            return;
        }
        askingEngine = true;
        Thread.ofVirtual().name("watch-engine").start(() -> {
            boolean answers = answers();
            locked(() -> {
                askingEngine = false;
                engineAskedAt = nanoTime.getAsLong();
                return answers || closed || engineWentAway();
            });
        });
    }

    private static void turnAway(Shelf shelf, NoSandboxException reason) {
        for (Lane lane : Lane.values()) {
            shelf.waiters(lane).drain().forEach(waiter -> waiter.sandbox().completeExceptionally(reason));
        }
    }

    private void probeEngine() {
        if (answers()) {
            locked(() -> {
                engineDown = false;
                shelves.values().forEach(shelf -> shelf.forgetFailures(nanoTime.getAsLong()));
                LOG.log(Level.INFO, "the container engine answers again");
                return true;
            });
        }
    }

    private boolean answers() {
        try {
            factory.ping();
            return true;
        } catch (SandboxException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// To the one who waits longest, or onto the shelf.
    private void offer(Shelf shelf, Sandbox sandbox) {
        if (closed) {
            retire(sandbox, Retirement.SHUTDOWN);
            return;
        }
        for (Optional<Shelf.Waiter> next = shelf.pollWaiter(); next.isPresent(); next = shelf.pollWaiter()) {
            if (next.get().sandbox().complete(sandbox)) {
                return;
            }
        }
        long idle = settings.maxIdle().toNanos();
        long variation = ThreadLocalRandom.current().nextLong(idle / 10 + 1);
        shelf.ready.add(new Shelf.Ready(sandbox, nanoTime.getAsLong() + idle - variation));
    }

    /// Destroys behind the caller's back; the place is free when the sandbox is gone.
    private void retire(Sandbox sandbox, Retirement reason) {
        Thread.ofVirtual().name("destroy-" + sandbox.spec().runtime()).start(() -> {
            try {
                sandbox.close();
            } finally {
                locked(() -> {
                    destroyed.merge(reason, 1L, Long::sum);
                    freePlace(sandbox.spec());
                    return true;
                });
            }
        });
    }

    private void freePlace(SandboxSpec spec) {
        alive--;
        aliveBytes -= spec.limits().memoryBytes();
        changed.signalAll();
    }

    private Shelf shelf(SandboxSpec spec) {
        return shelves.computeIfAbsent(spec, key -> new Shelf(key, WarmTarget.ON_DEMAND, tenants::isGreedy, nanoTime.getAsLong()));
    }

    public PoolStats stats() {
        return locked(() -> {
            long now = nanoTime.getAsLong();
            Map<SandboxSpec, PoolStats.ShelfStats> perSpec = new HashMap<>();
            shelves.forEach((spec, shelf) -> perSpec.put(
                    spec,
                    new PoolStats.ShelfStats(
                            shelf.ready.size(), shelf.creating, shelf.waiting(), shelf.demand.sandboxes(shelf.target, now))));
            return new PoolStats(settings.capacity(), alive, leased, waiting, created, createFailures, engineDown, destroyed, perSpec);
        });
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /// Refuses new callers and those who wait; what is leased goes on. Idempotent.
    public void stopIntake() {
        locked(() -> {
            closed = true;
            var draining = new NoSandboxException(Reason.DRAINING, "the service is shutting down");
            shelves.values().forEach(shelf -> turnAway(shelf, draining));
            return true;
        });
    }

    /// Waits until nothing is leased any more; false when the patience ends first.
    public boolean awaitIdle(Duration patience) throws InterruptedException {
        return awaitUntil(patience, () -> leased == 0);
    }

    /// Destroys every waiting sandbox and returns when all sandboxes are gone, or after 20 seconds. Leased sandboxes are their leases' to close.
    @Override
    public void close() {
        stopIntake();
        locked(() -> {
            List<Shelf.Ready> waitingSandboxes = new ArrayList<>();
            shelves.values().forEach(shelf -> {
                waitingSandboxes.addAll(shelf.ready);
                shelf.ready.clear();
            });
            waitingSandboxes.forEach(sandbox -> retire(sandbox.sandbox(), Retirement.SHUTDOWN));
            return true;
        });
        try {
            awaitUntil(CLOSE_PATIENCE, () -> alive == 0);
            replenisher.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitUntil(Duration patience, BooleanSupplier done) throws InterruptedException {
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
