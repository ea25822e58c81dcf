package dev.mayfly.pool;

import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// The sandboxes of one spec and those who wait for them. Guarded by the pool's lock.
final class Shelf {
    /// Failures in a row after which callers are refused instead of kept waiting.
    static final int BROKEN_AFTER = 3;

    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final int MAX_DOUBLINGS = 6;

    record Ready(Sandbox sandbox, long expiresAt) {
        /// Why it cannot serve any more, if so.
        Optional<Retirement> unfit(long now) {
            if (!sandbox.isAlive()) {
                return Optional.of(Retirement.DIED_IDLE);
            }
            return now - expiresAt > 0 ? Optional.of(Retirement.EXPIRED) : Optional.empty();
        }
    }

    /// @param position how many waited for such a sandbox when it came, itself included
    /// @param admitted whether it has held a sandbox before: then only a closed pool refuses it
    record Waiter(Borrower borrower, CompletableFuture<Lease> lease, long since, int position, boolean admitted) {}

    final SandboxSpec spec;
    final DemandEstimate demand;
    final Deque<Ready> ready = new ArrayDeque<>();
    private final Map<Lane, Turns> waiters = new EnumMap<>(Lane.class);
    private final Tenants tenants;
    private final Predicate<String> greedy;
    WarmBounds target;
    int creating;
    private int failures;
    private long pausedUntil;
    private String lastFailure = "";

    Shelf(SandboxSpec spec, WarmBounds target, Tenants tenants, long now) {
        this.spec = spec;
        this.tenants = tenants;
        this.greedy = tenants::isGreedy;
        this.target = target;
        this.demand = new DemandEstimate(now);
        this.pausedUntil = now;
        for (Lane lane : Lane.values()) {
            waiters.put(lane, new Turns());
        }
    }

    Turns waiters(Lane lane) {
        return Objects.requireNonNull(waiters.get(lane));
    }

    int waiting() {
        return waiters(Lane.INTERACTIVE).size() + waiters(Lane.BULK).size();
    }

    boolean hasModestWaiter() {
        return waiters(Lane.INTERACTIVE).size(greedy.negate()) > 0;
    }

    /// Whether the bulk lane waits here and holds no sandbox of any shelf: then its next one comes before what is kept.
    boolean isBulkDue() {
        return tenants.bulkHoldsNone() && waiters(Lane.BULK).size() > 0;
    }

    /// Whether a caller who comes now may take a ready sandbox. The sandboxes that are kept at least are not for the
    /// bulk lane, nor for the greedy.
    boolean serves(Borrower borrower) {
        boolean modest = borrower.lane() == Lane.INTERACTIVE && !greedy.test(borrower.tenant());
        return modest ? !hasModestWaiter() && !ready.isEmpty() : waiting() == 0 && ready.size() > target.min();
    }

    /// Who gets a sandbox that has just become free; empty when it goes onto the shelf.
    Optional<Waiter> pollWaiter() {
        Optional<Waiter> modest = waiters(Lane.INTERACTIVE).poll(greedy.negate());
        if (modest.isPresent()) {
            return modest;
        }
        if (ready.size() < target.min()) {
            return isBulkDue() ? pollBulk() : Optional.empty();
        }
        return waiters(Lane.INTERACTIVE).poll(greedy).or(this::pollBulk);
    }

    private Optional<Waiter> pollBulk() {
        return waiters(Lane.BULK).poll(tenant -> true);
    }

    /// How soon the next sandbox of this shelf should be made.
    Urgency urgency() {
        Turns interactive = waiters(Lane.INTERACTIVE);
        Optional<Long> modest = interactive.since(greedy.negate());
        if (modest.isPresent() && interactive.size(greedy.negate()) > creating) {
            return new Urgency(Urgency.Need.INTERACTIVE, modest.get());
        }
        Optional<Long> bulk = waiters(Lane.BULK).since(tenant -> true);
        if (bulk.isPresent() && isBulkDue() && creating == 0) {
            return new Urgency(Urgency.Need.BULK_DUE, bulk.get());
        }
        if (ready.size() + creating < target.min()) {
            return new Urgency(Urgency.Need.RESERVE, ready.size());
        }
        return interactive.since(greedy).map(since -> new Urgency(Urgency.Need.GREEDY, since))
                .or(() -> bulk.map(since -> new Urgency(Urgency.Need.BULK, since)))
                .orElse(new Urgency(Urgency.Need.DEMAND, ready.size()));
    }

    /// The smaller need comes first; within one need, the smaller rank.
    record Urgency(Need need, long rank) implements Comparable<Urgency> {
        enum Need {
            INTERACTIVE,
            BULK_DUE,
            RESERVE,
            GREEDY,
            BULK,
            DEMAND
        }

        @Override
        public int compareTo(Urgency other) {
            return need == other.need ? Long.compare(rank, other.rank) : need.compareTo(other.need);
        }
    }

    /// How many more sandboxes should be in the making.
    int shortage(long now) {
        if (now - pausedUntil < 0) {
            return 0;
        }
        return Math.max(waiters(Lane.INTERACTIVE).size() - creating, demand.sandboxes(target, now) + waiting() - ready.size() - creating);
    }

    /// Whether somebody waits, or more than half of the sandboxes that should be ready are gone. A single one is replaced
    /// when it is calm: made while its predecessor's program runs, it would slow that down.
    boolean isPressed(long now) {
        int wanted = demand.sandboxes(target, now);
        return waiting() > 0 || (wanted > 1 && 2 * ready.size() < wanted);
    }

    boolean isUnused() {
        return target.max() == 0 && ready.isEmpty() && waiting() == 0 && creating == 0;
    }

    void succeeded() {
        failures = 0;
    }

    void failed(String reason, long now) {
        failures++;
        lastFailure = reason;
        pausedUntil = now + (FIRST_PAUSE_NANOS << Math.min(failures - 1, MAX_DOUBLINGS));
    }

    void forgetFailures(long now) {
        failures = 0;
        pausedUntil = now;
    }

    /// Refuses all who wait here.
    void turnAway(NoSandboxException reason) {
        for (Turns lane : waiters.values()) {
            lane.drain().forEach(waiter -> waiter.lease().completeExceptionally(reason));
        }
    }

    /// Refuses those who wait here and have not been admitted.
    void turnAwayNew(NoSandboxException reason) {
        for (Turns lane : waiters.values()) {
            lane.all().filter(waiter -> !waiter.admitted()).forEach(waiter -> {
                lane.remove(waiter);
                waiter.lease().completeExceptionally(reason);
            });
        }
    }

    NoSandboxException refusal() {
        return new NoSandboxException(NoSandboxException.Reason.RUNTIME_BROKEN, "no sandbox of %s starts: %s".formatted(spec.runtime(), brokenBecause().orElse("")));
    }

    Optional<String> brokenBecause() {
        return failures >= BROKEN_AFTER ? Optional.of(lastFailure) : Optional.empty();
    }
}
