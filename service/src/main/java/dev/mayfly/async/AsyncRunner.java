package dev.mayfly.async;

import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.CurrentExecution;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.execution.FunctionPlaces.Place;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FailurePolicy;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Claims executions and runs them, each on a virtual thread of its own, as many at the same time as there are slots.
///
/// While no more wait than there are slots, they run as if somebody waited for them; a backlog takes the sandboxes
/// that are not kept for others.
final class AsyncRunner {
    private static final System.Logger LOG = System.getLogger(AsyncRunner.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final Claims claims;
    private final Dispatcher dispatcher;
    private final HeapBudget heap;
    private final Changes changes;
    private final Backlog backlog;
    private final AsyncSettings settings;
    private final Pauses pauses;
    private final FunctionPlaces places;
    private final Semaphore slots;
    private final Rounds claiming = new Rounds("claims", LOOK_AGAIN, this::claimNext);
    private final Map<String, Cancellation> running = new ConcurrentHashMap<>();
    private final PassedOver passedOver = new PassedOver();
    private final LongAdder attempts = new LongAdder();
    private volatile String replica;
    private volatile boolean stopped;
    private final ClaimTurns turns = new ClaimTurns();

    AsyncRunner(Claims claims, Dispatcher dispatcher, HeapBudget heap, Changes changes, Backlog backlog, AsyncSettings settings, Pauses pauses, String replica) {
        this.claims = claims;
        this.dispatcher = dispatcher;
        this.heap = heap;
        this.changes = changes;
        this.backlog = backlog;
        this.settings = settings;
        this.pauses = pauses;
        this.replica = replica;
        slots = new Semaphore(settings.slots());
        places = dispatcher.functionPlaces();
        places.whenFree(this::look);
    }

    void start() {
        claiming.start();
    }

    /// There is something in the queue.
    void look() {
        claiming.wake();
    }

    /// As whom an execution may be accepted that is run here at once; for nobody when there is no slot, or others come
    /// first, or the tenant or the function runs as many as it may, or its runtime has no image yet. Its owner calls
    /// `begin` or `free`.
    Optional<Reservation> reserve(Submission submission) {
        boolean runnable = submission.runtime().filter(dispatcher.offers()::containsKey).isPresent();
        if (stopped || !runnable || backlog.isDue() || passedOver.tenants().contains(submission.tenant()) || hasToWait(submission) || !slots.tryAcquire()) {
            return Optional.empty();
        }
        Optional<Place> place = places.tryEnter(submission.tenant(), submission.invocation());
        if (place.isEmpty()) {
            slots.release();
        }
        return place.map(taken -> new Reservation(replica, taken));
    }

    /// @param owner as whom it is accepted
    /// @param place its function's
    record Reservation(String owner, Place place) {}

    /// Whether older executions of its function wait in the queue.
    boolean hasToWait(Submission submission) {
        return submission.invocation().filter(invocation -> places.isQueued(new FunctionPlaces.Name(submission.tenant(), invocation.function()))).isPresent();
    }

    /// What these tenants have in the queue stays there.
    void holdBack(Set<String> tenants) {
        passedOver.holdBack(tenants);
    }

    /// Nothing has come of a reservation.
    void free(Reservation reservation) {
        reservation.place().leave();
        slots.release();
    }

    long attempts() {
        return attempts.sum();
    }

    int running() {
        return running.size();
    }

    boolean runs(String id) {
        return running.containsKey(id);
    }

    /// Ends it, if it is run here.
    void cancel(String id, Outcome.By by) {
        Cancellation found = running.get(id);
        if (found != null) {
            found.cancel(by);
        }
    }

    /// The others have taken this replica for dead and run what it ran; it goes on under another name.
    void rename(String newReplica) {
        replica = newReplica;
        running.values().forEach(cancellation -> cancellation.cancel(Outcome.By.SHUTDOWN));
    }

    /// No more claims; one that is under way is still run.
    void stopClaiming() {
        stopped = true;
        claiming.stop();
    }

    /// Whatever still runs goes back into the queue.
    void stopRunning(Duration patience) throws InterruptedException {
        stopClaiming();
        claiming.awaitStopped(patience);
        running.values().forEach(cancellation -> cancellation.cancel(Outcome.By.SHUTDOWN));
        if (!slots.tryAcquire(settings.slots(), patience.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.log(Level.WARNING, "executions={0} are left to the replica that takes over", running.size());
        }
    }

    /// Hands its slot on to what it finds.
    private boolean claimNext() throws StoreException, InterruptedException {
        if (!slots.tryAcquire(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        Optional<Claim> claim = Optional.empty();
        try {
            claim = claims.claim(replica, dispatcher.offers(), turns, passedOver.now(), places);
        } finally {
            if (claim.isEmpty()) {
                slots.release();
            }
        }
        if (claim.isPresent()) {
            return begin(claim.get());
        }
        return false;
    }

    private boolean begin(Claim claim) throws StoreException, InterruptedException {
        Optional<Place> place = claim.cancelRequested() ? Optional.of(Place.UNBOUNDED) : places.tryEnterNext(claim.tenant(), claim.invocation());
        if (place.isEmpty()) { // the last one was taken meanwhile
            slots.release();
            claims.release(claim, Instant.EPOCH, claim.begun());
            return true;
        }
        turns.taken(claim.tenant(), claim.invocation().map(Invocation::function).orElse(""));
        backlog.claimed(); // before it is seen to run: a caller that sees this may offer the next one
        begin(claim, place.get());
        return true;
    }

    /// What this replica does not begin now.
    SkippedExecutions skipped() {
        return passedOver.now();
    }

    /// Runs it in a slot that its caller has taken.
    ///
    /// @param place its function's, taken as well
    void begin(Claim claim, Place place) {
        begin(claim, place, Thread.ofVirtual().name("execution-" + claim.id()).factory());
    }

    void begin(Claim claim, Place place, ThreadFactory threads) {
        attempts.increment();
        Lane lane = backlog.ready() > settings.slots() ? Lane.BULK : Lane.INTERACTIVE;
        // Known to run from now on, however late its thread starts: what is owned and not known is handed back.
        var cancellation = new AtomicReference<Cancellation>();
        Thread thread = threads.newThread(new CurrentExecution(claim.id(), claim.tenant()).around(() -> {
            try {
                run(claim, place, lane, cancellation.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                place.leave();
                slots.release();
            }
        }));
        cancellation.set(new Cancellation(thread));
        running.put(claim.id(), cancellation.get());
        thread.start();
    }

    private void run(Claim claim, Place place, Lane lane, Cancellation cancellation) throws InterruptedException {
        var attempt = new Attempt(claims, changes, claim);
        try {
            if (claim.cancelRequested()) {
                attempt.endUnstarted(new Outcome.Cancelled(Outcome.By.CLIENT));
            } else if (claim.begun() - claim.retried() >= settings.maxAttempts()) {
                attempt.endUnstarted(new Outcome.Failed("Mayfly failed %d times while it ran".formatted(claim.begun() - claim.retried()), true));
            } else {
                admit(claim, place, lane, attempt, cancellation);
            }
        } catch (RejectedException e) {
            cancellation.over();
            place.leave();
            rejected(e, claim, attempt);
        } catch (InterruptedException e) {
            cancellation.over();
            unadmitted(attempt, cancellation);
        } finally {
            cancellation.over();
            running.remove(claim.id(), cancellation);
            backlog.ended();
            changes.changed(claim.id());
        }
    }

    private void admit(Claim claim, Place place, Lane lane, Attempt attempt, Cancellation cancellation) throws RejectedException, InterruptedException {
        Submission submission = StoredSubmission.read(claim.body(), claim.id(), claim.tenant(), lane).in(claim.trace()).as(claim.invocation());
        try (var hold = heap.hold();
                Execution execution = dispatcher.admitChecked(submission, PATIENCE, place)) {
            cancellation.admitted(execution);
            hold.add(execution.mostKeptBytes());
            attempt.run(execution, cancellation, claim.begun() - claim.retried() + 1 < settings.maxAttempts() ? Optional.of(pauses.beforeAnother()) : Optional.empty());
        }
    }

    private static void unadmitted(Attempt attempt, Cancellation cancellation) throws InterruptedException {
        if (cancellation.by().equals(Optional.of(Outcome.By.CLIENT))) {
            attempt.endUnstarted(new Outcome.Cancelled(Outcome.By.CLIENT));
        } else {
            attempt.giveBack(Instant.EPOCH);
        }
    }

    /// Nothing ran. What may become possible is tried again, as long as an end would be kept; what cannot be run here
    /// may be on another replica, now or later.
    private void rejected(RejectedException e, Claim claim, Attempt attempt) throws InterruptedException {
        if (claim.acceptedAt().plus(settings.retention()).plus(FailurePolicy.LONGEST_DELAY.multipliedBy(claim.retried())).isBefore(Instant.now())) {
            attempt.endUnstarted(new Outcome.Failed(e.detail(), true));
            return;
        }
        if (e.kind() == RejectedException.Kind.MISSING_SECRET) { // it was there when this was accepted
            attempt.endUnstarted(new Outcome.Failed(e.detail(), false));
            return;
        }
        if (e.retryAfter().isEmpty()) {
            LOG.log(Level.INFO, "execution={0} is handed back, for it cannot be run here: {1}", claim.id(), e.detail());
            handBack(claim, attempt);
            return;
        }
        Duration pause = e.retryAfter().get();
        attempt.giveBack(Instant.now().plus(pause));
        if (e.kind() == RejectedException.Kind.QUOTA_EXCEEDED) {
            passedOver.add(claim.tenant(), pause);
        } else if (!stopped) {
            RareWarning.ENGINE.warn("execution={0} waits: {1}", claim.id(), e.detail());
            Thread.sleep(pauses.full());
        }
    }

    /// Once its row names its needs this replica does not claim it again; where they do not explain it, this replica
    /// leaves it to others for a while.
    private void handBack(Claim claim, Attempt attempt) throws InterruptedException {
        try {
            Submission submission = StoredSubmission.read(claim.body(), claim.id(), claim.tenant(), Lane.BULK);
            Optional<String> runtime = dispatcher.commonName(submission);
            Map<String, Limits> offers = dispatcher.offers();
            boolean explained = runtime.filter(name -> !offers.containsKey(name) || exceeds(submission.limits(), offers.get(name))).isPresent();
            attempt.handBack(explained ? Instant.EPOCH : passedOver.leaveToOthers(claim.id()), runtime, submission.limits());
        } catch (RejectedException e) {
            attempt.giveBack(passedOver.leaveToOthers(claim.id()));
        }
    }

    private static boolean exceeds(Map<LimitAxis, Long> limits, Limits ceilings) {
        return limits.entrySet().stream().anyMatch(limit -> limit.getValue() > ceilings.of(limit.getKey()));
    }
}
