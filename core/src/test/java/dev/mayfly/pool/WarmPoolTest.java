package dev.mayfly.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The pool hands out each sandbox once, makes callers wait instead of creating, and keeps its promises when sandboxes
/// and engines die.
class WarmPoolTest {
    private static final SandboxSpec PYTHON = TestEngine.runtime("python").spec("sha256:python");
    private static final SandboxSpec NODE = TestEngine.runtime("node").spec("sha256:node");
    private static final Duration PATIENCE = ofSeconds(10);
    private static final String TENANT = "tenant";
    private static final long GIGABYTE = 1L << 30;

    private final FakeEngine engine = new FakeEngine();
    private final AtomicLong now = new AtomicLong();
    private WarmPool pool = pool(4);

    private WarmPool pool(int capacity) {
        return new WarmPool(engine, new PoolSettings(capacity, 64 * GIGABYTE, 2, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
    }

    @AfterEach
    void nothingIsLeft() {
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private void awaitReady(int count) {
        await().until(() -> pool.stats().ready() == count);
    }

    @Test
    void readySandboxIsLeasedWarmAndNeverTwice() throws Exception {
        // given a pool that keeps two sandboxes
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        // when ten callers lease one after the other
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            awaitReady(2);
            try (Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)) {
                assertThat(lease.warm()).isTrue();
                ids.add(lease.sandbox().id());
            }
        }
        // then each got a sandbox of its own
        assertThat(ids).hasSize(10);
    }

    @Test
    void usedSandboxIsDestroyedAndReplaced() throws Exception {
        pool.keep(PYTHON, new WarmBounds(1, 1));
        awaitReady(1);
        Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        Sandbox used = lease.sandbox();
        lease.close();
        lease.close();
        await().until(() -> !used.isAlive());
        await().until(() -> pool.stats().destroyed().getOrDefault(Retirement.USED, 0L) == 1);
        awaitReady(1);
    }

    private void poolThatWaitsForCalm() {
        pool.close();
        pool = new WarmPool(engine, new PoolSettings(50, 64 * GIGABYTE, 5, 2, Duration.ofMinutes(10), ofSeconds(1)), now::get);
    }

    /// The replenisher has looked at everything since: it has made a sandbox for this caller.
    private void awaitReplenisher() throws Exception {
        pool.lease(NODE, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
    }

    @Test
    void sandboxThatNobodyNeedsAtOnceIsMadeWhenItIsCalm() throws Exception {
        // given a pool whose clock stands, and a sandbox of four in use
        poolThatWaitsForCalm();
        pool.keep(PYTHON, new WarmBounds(4, 4));
        awaitReady(4);
        Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        awaitReplenisher();
        assertThat(pool.stats().ready()).isEqualTo(3);
        // when nothing happens for a second
        now.addAndGet(ofSeconds(1).toNanos());
        // then the next one is made, in use as the other still is
        awaitReady(4);
        lease.close();
    }

    @Test
    void singleSandboxIsReplacedWhenItIsCalm() throws Exception {
        // given a pool that keeps one sandbox, whose program runs
        poolThatWaitsForCalm();
        pool.keep(PYTHON, new WarmBounds(1, 1));
        awaitReady(1);
        Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        awaitReplenisher();
        assertThat(pool.stats().ready()).isZero();
        // when nothing happens for a second
        now.addAndGet(ofSeconds(1).toNanos());
        // then the next one is made
        awaitReady(1);
        lease.close();
    }

    @Test
    void sandboxIsMadeAtOnceWhenFewAreLeft() throws Exception {
        poolThatWaitsForCalm();
        pool.keep(PYTHON, new WarmBounds(4, 4));
        awaitReady(4);
        for (int i = 0; i < 3; i++) {
            pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        }
        await().until(() -> pool.stats().ready() >= 2);
    }

    @Test
    void calmIsNotWaitedForForever() throws Exception {
        // given callers who come and go, never a second apart
        poolThatWaitsForCalm();
        pool.keep(PYTHON, new WarmBounds(40, 40));
        awaitReady(40);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        awaitReplenisher();
        long created = pool.stats().created();
        // when they have done so for five seconds, and half of the sandboxes are still there
        for (int i = 0; i < 11; i++) {
            pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
            now.addAndGet(ofMillis(500).toNanos());
        }
        // then sandboxes are made all the same
        await().until(() -> pool.stats().created() > created);
    }

    @Test
    void deadWarmSandboxIsSkipped() throws Exception {
        // given two sandboxes of which one has died, and a replenisher that has not noticed
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        engine.creations.drainPermits();
        engine.alive().iterator().next().die();
        // when a caller leases
        try (Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)) {
            // then it gets a living one, and the dead one is counted
            assertThat(lease.sandbox().isAlive()).isTrue();
            await().until(() -> pool.stats().destroyed().getOrDefault(Retirement.DIED_IDLE, 0L) == 1);
        }
        engine.creations.release(1000);
    }

    @Test
    void callerWithoutReadySandboxWaitsForOneMadeByTheReplenisher() throws Exception {
        try (Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)) {
            assertThat(lease.warm()).isFalse();
            assertThat(pool.stats().leased()).isEqualTo(1);
        }
    }

    @Test
    void placeInTheQueueIsReported() throws Exception {
        // given an engine that makes no sandbox yet, and a caller who waits
        engine.creations.drainPermits();
        var first = new FutureTask<>(() -> {
            try (Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)) {
                return lease.queuePosition();
            }
        });
        Thread.startVirtualThread(first);
        await().until(() -> pool.stats().waiting() == 1);
        // then who comes next and goes without a sandbox learns its place, and who gets one, too
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), ofMillis(50))).hasMessageContaining("queued as number 2");
        engine.creations.release(1000);
        assertThat(first.get()).isEqualTo(1);
    }

    @Test
    void engineThatFallsSilentIsNoticedThoughNoSandboxIsMade() throws Exception {
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        engine.down(true);
        now.addAndGet(ofSeconds(6).toNanos());
        await().until(() -> pool.stats().engineDown());
        engine.down(false);
        await().until(() -> !pool.stats().engineDown());
    }

    @Test
    void noMoreSandboxesAreAliveThanCapacity() throws Exception {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
        }
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), ofMillis(50))).isInstanceOfSatisfying(NoSandboxException.class, e -> {
            assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.AT_CAPACITY);
            assertThat(e).hasMessageContaining("leased=4").hasMessageContaining("capacity=4");
        });
        assertThat(engine.alive()).hasSize(4);
        leases.forEach(Lease::close);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
    }

    @Test
    void memoryBudgetBoundsTheSandboxes() throws Exception {
        pool.close();
        long two = 2 * PYTHON.limits().memoryBytes();
        pool = new WarmPool(engine, new PoolSettings(10, two, 5, 2, Duration.ofMinutes(1), Duration.ZERO), now::get);
        Lease first = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        Lease second = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), ofMillis(50))).isInstanceOf(NoSandboxException.class);
        first.close();
        second.close();
    }

    @Test
    void queueIsBounded() throws Exception {
        // given all sandboxes leased and as many callers waiting as may
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
        }
        List<CompletableFuture<Lease>> waiting = List.of(leaseLater(PYTHON), leaseLater(PYTHON));
        await().until(() -> pool.stats().waiting() == 2);
        // when one more comes, then it is refused at once
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)).hasMessageContaining("queue is full");
        leases.forEach(Lease::close);
        waiting.forEach(lease -> lease.join().close());
    }

    private CompletableFuture<Lease> leaseLater(SandboxSpec spec) {
        return leaseLater(spec, Lane.INTERACTIVE);
    }

    private CompletableFuture<Lease> leaseLater(SandboxSpec spec, Lane lane) {
        return leaseLater(spec, lane, TENANT);
    }

    private CompletableFuture<Lease> leaseLater(SandboxSpec spec, Lane lane, String tenant) {
        return leaseLater(spec, new Borrower(lane, tenant));
    }

    private CompletableFuture<Lease> leaseLater(SandboxSpec spec, Borrower borrower) {
        var future = new CompletableFuture<Lease>();
        Thread.startVirtualThread(() -> {
            try {
                future.complete(pool.lease(spec, borrower, PATIENCE));
            } catch (NoSandboxException | InterruptedException e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    @Test
    void bulkLaneLeavesTheSandboxesThatAreKeptToTheOthers() throws Exception {
        // given two kept sandboxes, and no place for more than the one that the bulk lane has
        pool = pool(3);
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        Lease bulk = pool.lease(PYTHON, new Borrower(Lane.BULK, TENANT), PATIENCE);
        awaitReady(2);
        // when the bulk lane asks for one more, then it waits, in vain
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.BULK, TENANT), ofMillis(50))).isInstanceOf(NoSandboxException.class);
        // and the other lane does not
        Lease lease = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        assertThat(lease.warm()).isTrue();
        lease.close();
        bulk.close();
    }

    @Test
    void bulkLaneGetsOneSandboxAtATimeWhereAllPlacesAreKept() throws Exception {
        // given a pool in which every sandbox is kept for others
        pool = pool(2);
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        // when the bulk lane asks, then it gets one, but no second one
        Lease bulk = pool.lease(PYTHON, new Borrower(Lane.BULK, TENANT), PATIENCE);
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.BULK, TENANT), ofMillis(50))).isInstanceOf(NoSandboxException.class);
        // and the other lane has the rest
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        // and the next of the bulk lane comes when the first has ended
        CompletableFuture<Lease> next = leaseLater(PYTHON, Lane.BULK);
        bulk.close();
        next.get().close();
    }

    @Test
    void bulkLaneGetsASandboxWhereAllPlacesAreKeptForOtherRuntimes() throws Exception {
        // given a pool in which every place and all memory is kept for Python, whose sandboxes are smaller
        SandboxSpec large = NODE.withLimits(Map.of(LimitAxis.MEMORY, 2 * PYTHON.limits().memoryBytes()));
        pool = new WarmPool(engine, new PoolSettings(3, 3 * PYTHON.limits().memoryBytes(), 2, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.keep(PYTHON, new WarmBounds(3, 3));
        awaitReady(3);
        // when the bulk lane asks for sandboxes of the other, then it gets them, and Python is kept again
        for (int i = 0; i < 3; i++) {
            pool.lease(large, new Borrower(Lane.BULK, TENANT), PATIENCE).close();
        }
        awaitReady(3);
    }

    @Test
    void poolKnowsWhetherAllOfItIsKept() {
        pool.keep(PYTHON, new WarmBounds(3, 3));
        assertThat(pool.keepsEverything()).isFalse();
        pool.keep(NODE, new WarmBounds(1, 1));
        assertThat(pool.keepsEverything()).isTrue();
        // and so where memory is what is scarce
        pool.close();
        pool = new WarmPool(engine, new PoolSettings(40, 3 * PYTHON.limits().memoryBytes() + 1, 2, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.keep(PYTHON, new WarmBounds(2, 2));
        assertThat(pool.keepsEverything()).isFalse();
        pool.keep(PYTHON, new WarmBounds(3, 3));
        assertThat(pool.keepsEverything()).isTrue();
    }

    @Test
    void tenantWithALongLineIsServedWhereAllPlacesAreKept() throws Exception {
        // given a pool in which every sandbox is kept, and two tenants, of which one sends more than its share
        pool = new WarmPool(engine, new PoolSettings(2, 64 * GIGABYTE, 10, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "quiet"), PATIENCE).close();
        List<CompletableFuture<Lease>> flood = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            flood.add(leaseLater(PYTHON, Lane.INTERACTIVE, "flood"));
        }
        // when each gives back what it got, then all are served
        CompletableFuture.allOf(flood.stream().map(lease -> lease.thenAccept(Lease::close)).toArray(CompletableFuture[]::new)).get();
    }

    @Test
    void interactiveCallerComesBeforeABulkCallerWhoWaitsLonger() throws Exception {
        // given all places taken, and a bulk caller who waits
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
        }
        CompletableFuture<Lease> bulk = leaseLater(PYTHON, Lane.BULK);
        await().until(() -> pool.stats().waiting() == 1);
        CompletableFuture<Lease> interactive = leaseLater(PYTHON, Lane.INTERACTIVE);
        await().until(() -> pool.stats().waiting() == 2);
        // when one place becomes free
        leases.removeFirst().close();
        // then the interactive caller has it
        Lease first = interactive.get();
        assertThat(bulk.isDone()).isFalse();
        first.close();
        bulk.get().close();
        leases.forEach(Lease::close);
    }

    @Test
    void bulkLaneLeavesOneCreationToThoseWhoWaitForAnswers() throws Exception {
        // given a caller who came just now, an engine that takes its time, and two bulk callers who wait
        pool = new WarmPool(engine, new PoolSettings(4, 64 * GIGABYTE, 5, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        engine.creations.drainPermits();
        List<CompletableFuture<Lease>> bulk = List.of(leaseLater(PYTHON, Lane.BULK), leaseLater(PYTHON, Lane.BULK));
        await().until(() -> pool.stats().waiting() == 2 && requireNonNull(pool.stats().shelves().get(PYTHON)).creating() == 1);
        // when the next caller comes, then the other creation is for him
        CompletableFuture<Lease> interactive = leaseLater(NODE, Lane.INTERACTIVE);
        await().until(() -> pool.stats().shelves().containsKey(NODE) && pool.stats().shelves().get(NODE).creating() == 1);
        // and when nobody has come for a while, bulk has both
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        engine.creations.release();
        engine.creations.release();
        interactive.get().close();
        engine.creations.release(1000);
        for (CompletableFuture<Lease> lease : bulk) {
            lease.get().close();
        }
    }

    private CompletableFuture<Lease> waitingLease(String tenant) {
        int before = pool.stats().waiting();
        CompletableFuture<Lease> lease = leaseLater(PYTHON, Lane.INTERACTIVE, tenant);
        await().until(() -> pool.stats().waiting() == before + 1);
        return lease;
    }

    @Test
    void tenantsWhoWaitTakeTurns() throws Exception {
        // given every place taken, three callers of one tenant who wait, and then one of another
        pool = new WarmPool(engine, new PoolSettings(4, 64 * GIGABYTE, 10, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "third"), PATIENCE));
        }
        List<CompletableFuture<Lease>> flood = List.of(waitingLease("flood"), waitingLease("flood"), waitingLease("flood"));
        CompletableFuture<Lease> quiet = waitingLease("quiet");
        // when two places become free
        leases.removeFirst().close();
        leases.removeFirst().close();
        // then the other tenant has had its turn before the flood's second
        Lease turn = quiet.get();
        assertThat(flood.stream().filter(CompletableFuture::isDone).count()).isLessThanOrEqualTo(1);
        turn.close();
        leases.forEach(Lease::close);
        for (CompletableFuture<Lease> lease : flood) {
            lease.get().close();
        }
    }

    @Test
    void functionsOfATenantWhoWaitTakeTurns() throws Exception {
        // given the only place taken, three callers of one function who wait, then one of another and one without any
        pool = new WarmPool(engine, new PoolSettings(1, 64 * GIGABYTE, 10, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        Lease first = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        Queue<String> order = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> served = new ArrayList<>();
        for (String function : List.of("busy", "busy", "busy", "calm", "")) {
            int before = pool.stats().waiting();
            served.add(leaseLater(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT, function)).thenAccept(lease -> {
                order.add(function);
                lease.close();
            }));
            await().until(() -> pool.stats().waiting() > before);
        }
        // when the place becomes free again and again
        first.close();
        CompletableFuture.allOf(served.toArray(CompletableFuture[]::new)).get();
        // then each function has had its turn before the second of the first
        assertThat(order).containsExactly("busy", "calm", "", "busy", "busy");
    }

    @Test
    void tenantWithMoreThanItsShareLeavesTheKeptSandboxesToOthers() throws Exception {
        // given two tenants, of which one has all that is beyond the two kept sandboxes
        pool = new WarmPool(engine, new PoolSettings(4, 64 * GIGABYTE, 10, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "quiet"), PATIENCE).close();
        List<Lease> flood = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            flood.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "flood"), PATIENCE));
        }
        awaitReady(2);
        // when both want one more, then the one waits, in vain, and the other does not
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "flood"), ofMillis(50))).isInstanceOf(NoSandboxException.class);
        Lease quiet = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "quiet"), PATIENCE);
        assertThat(quiet.warm()).isTrue();
        quiet.close();
        flood.forEach(Lease::close);
    }

    @Test
    void quietTenantGetsTheKeptSandboxThoughAFloodHasJustGivenBackItsOwn() throws Exception {
        // given a pool whose every sandbox is kept, a flood that holds two and has a line, and an engine that makes none
        pool = new WarmPool(engine, new PoolSettings(3, 64 * GIGABYTE, 10, 2, Duration.ofMinutes(10), Duration.ZERO), now::get);
        pool.keep(PYTHON, new WarmBounds(3, 3));
        awaitReady(3);
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "quiet"), PATIENCE).close();
        awaitReady(3);
        List<Lease> held = List.of(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "flood"), PATIENCE), pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "flood"), PATIENCE));
        List<CompletableFuture<Lease>> flood = List.of(waitingLease("flood"), waitingLease("flood"), waitingLease("flood"));
        engine.creations.drainPermits();
        // when the flood gives its own back, then the kept one is for the first of its line
        held.forEach(Lease::close);
        Lease first = CompletableFuture.anyOf(flood.toArray(CompletableFuture[]::new)).thenApply(Lease.class::cast).get();
        // and the next one for the quiet tenant, though the flood waits longer
        CompletableFuture<Lease> quiet = leaseLater(PYTHON, Lane.INTERACTIVE, "quiet");
        await().until(() -> pool.stats().waiting() == 3);
        engine.creations.release();
        quiet.get().close();
        engine.creations.release(1000);
        first.close();
        for (CompletableFuture<Lease> lease : flood) {
            lease.get().close();
        }
    }

    @Test
    void tenantThatIsAloneMayHaveEverything() throws Exception {
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
        }
        leases.forEach(Lease::close);
    }

    @Test
    void fullQueueIsMadeRoomInByTheTenantWhoHasMostOfIt() throws Exception {
        // given a queue that one tenant has filled
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, "third"), PATIENCE));
        }
        List<CompletableFuture<Lease>> flood = List.of(waitingLease("flood"), waitingLease("flood"));
        // when another tenant comes
        CompletableFuture<Lease> quiet = leaseLater(PYTHON, Lane.INTERACTIVE, "quiet");
        // then the flood's last one goes, and learns why
        assertThatThrownBy(flood.getLast()::get).hasMessageContaining("the queue is full: 2 of 2 queued executions are yours");
        leases.forEach(Lease::close);
        quiet.get().close();
        flood.getFirst().get().close();
    }

    @Test
    void bulkLaneGetsWhatIsMadeBeyondTheKeptSandboxes() throws Exception {
        pool.keep(PYTHON, new WarmBounds(2, 2));
        for (int i = 0; i < 6; i++) {
            pool.lease(PYTHON, new Borrower(Lane.BULK, TENANT), PATIENCE).close();
        }
        awaitReady(2);
    }

    @Test
    void waitingSandboxOfAnotherRuntimeMakesRoom() throws Exception {
        // given a pool full of warm Python sandboxes
        pool.keep(PYTHON, new WarmBounds(4, 4));
        awaitReady(4);
        // when somebody wants Node, then a Python sandbox goes
        pool.lease(NODE, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        assertThat(pool.stats().destroyed().get(Retirement.EVICTED)).isPositive();
    }

    @Test
    void oldSandboxIsReplaced() {
        pool.keep(PYTHON, new WarmBounds(1, 1));
        awaitReady(1);
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        await().until(() -> pool.stats().destroyed().getOrDefault(Retirement.EXPIRED, 0L) == 1);
        awaitReady(1);
    }

    @Test
    void forgottenSpecLosesItsSandboxes() {
        pool.keep(PYTHON, new WarmBounds(2, 2));
        awaitReady(2);
        pool.forget(PYTHON);
        await().until(() -> engine.alive().isEmpty());
    }

    @Test
    void surplusIsDestroyedWhenTheTargetFalls() {
        pool.keep(PYTHON, new WarmBounds(3, 3));
        awaitReady(3);
        pool.keep(PYTHON, new WarmBounds(1, 1));
        await().until(() -> pool.stats().destroyed().getOrDefault(Retirement.SURPLUS, 0L) == 2);
        awaitReady(1);
    }

    @Test
    void deadEngineRefusesAtOnceAndRecoversByItself() throws Exception {
        // given an engine that has gone
        engine.down(true);
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)).isInstanceOfSatisfying(
                NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.ENGINE_DOWN));
        assertThat(pool.stats().engineDown()).isTrue();
        // when it is back, then so are the sandboxes
        engine.down(false);
        await().until(() -> !pool.stats().engineDown());
        pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
    }

    @Test
    void brokenRuntimeIsReportedAndLeavesTheOthersAlone() throws Exception {
        engine.breakRuntime(PYTHON.runtime());
        CompletableFuture<Lease> broken = leaseLater(PYTHON);
        await().until(() -> {
            now.addAndGet(ofMillis(200).toNanos());
            return broken.isCompletedExceptionally();
        });
        assertThat(broken.exceptionNow()).isInstanceOfSatisfying(
                NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.RUNTIME_BROKEN));
        pool.lease(NODE, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
    }

    @Test
    void executionThatChangesItsSandboxComesBeforeThoseWhoWait() throws Exception {
        // given all sandboxes leased and a full queue
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
        }
        List<CompletableFuture<Lease>> waiting = List.of(leaseLater(PYTHON), leaseLater(PYTHON));
        await().until(() -> pool.stats().waiting() == 2);
        // when one of them wants another sandbox
        Lease used = leases.removeFirst();
        Lease next = pool.exchange(used, PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        // then it gets the one that is made in the place of its own
        assertThat(next.sandbox()).isNotSameAs(used.sandbox());
        assertThat(used.sandbox().isAlive()).isFalse();
        assertThat(pool.stats().leased()).isEqualTo(4);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        next.close();
        leases.forEach(Lease::close);
        waiting.forEach(lease -> lease.join().close());
    }

    @Test
    void drainedPoolWaitsForAnExecutionBetweenTwoSandboxes() throws Exception {
        Lease used = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        engine.creations.drainPermits();
        var next = new CompletableFuture<Lease>();
        Thread.startVirtualThread(() -> {
            try {
                next.complete(pool.exchange(used, PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE));
            } catch (NoSandboxException | InterruptedException e) {
                next.completeExceptionally(e);
            }
        });
        await().until(() -> pool.stats().waiting() == 1);
        pool.stopIntake();
        assertThat(pool.awaitIdle(ofMillis(20))).isFalse();
        engine.creations.release(1000);
        next.join().close();
        assertThat(pool.awaitIdle(PATIENCE)).isTrue();
    }

    @Test
    void callerThatGivesUpLosesNoSandbox() throws Exception {
        // given a caller that is interrupted while it waits
        engine.creations.drainPermits();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
            } catch (NoSandboxException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> pool.stats().waiting() == 1);
        caller.interrupt();
        caller.join();
        engine.creations.release(1000);
        // then what was made for it is not lost, and no place either
        for (int i = 0; i < 8; i++) {
            pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE).close();
        }
        await().until(() -> pool.stats().leased() == 0);
        assertThat(pool.stats().waiting()).isZero();
    }

    @Test
    void closedPoolRefusesAndLetsTheRunningFinish() throws Exception {
        Lease running = pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE);
        pool.stopIntake();
        assertThatThrownBy(() -> pool.lease(PYTHON, new Borrower(Lane.INTERACTIVE, TENANT), PATIENCE)).isInstanceOfSatisfying(
                NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.DRAINING));
        assertThat(running.sandbox().isAlive()).isTrue();
        assertThat(pool.awaitIdle(ofMillis(20))).isFalse();
        running.close();
        assertThat(pool.awaitIdle(PATIENCE)).isTrue();
    }
}
