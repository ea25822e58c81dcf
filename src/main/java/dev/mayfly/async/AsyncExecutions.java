package dev.mayfly.async;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.Storable;
import dev.mayfly.wire.AsyncSubmission;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// Executions that are accepted now, run later and stored. What `accept` has returned is not lost any more. Thread-safe.
public final class AsyncExecutions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncExecutions.class.getName());
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration RETRY_SOON = Duration.ofSeconds(2);
    private static final Duration RETRY_LATER = Duration.ofSeconds(30);
    private static final Duration SURVEY = Duration.ofSeconds(2);
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(5);

    private final Intake intake;
    private final ExecutionQueries records;
    private final Claims claims;
    private final Membership membership;
    private final Retention retention;
    private final Dispatcher dispatcher;
    private final EndListener notice;
    private final AsyncSettings settings;
    private final Changes changes = new Changes();
    private final Backlog backlog = new Backlog(System::nanoTime);
    private final FailureDetector replicas;
    private final AsyncRunner runner;
    private final List<Rounds> upkeep;
    private final LongAdder accepted = new LongAdder();
    private volatile String replica;
    private volatile boolean draining;
    private boolean closed;
    private Set<Claims.Owned> notRunBefore = Set.of();
    /// For whom the last tenth of the queue is not.
    private volatile Set<String> crowding = Set.of();
    private volatile Optional<String> full = Optional.empty();
    private volatile long unmet;
    /// For whom the last tenth of the store is not.
    private volatile Set<String> filling = Set.of();

    /// Takes up at once what an earlier life of this replica has left.
    public AsyncExecutions(Database database, EndListener notice, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings) throws StoreException, InterruptedException {
        this.notice = notice;
        this.dispatcher = dispatcher;
        this.settings = settings;
        intake = new Intake(database, notice);
        records = new ExecutionQueries(database);
        claims = new Claims(database, notice);
        membership = new Membership(database);
        retention = new Retention(database, settings);
        replicas = new FailureDetector(settings.replicaTimeout(), System::nanoTime);
        replica = newReplica();
        takeUpOwn();
        membership.join(replica, settings.replica());
        backlog.counted(records.queued(), records.anyDue(dispatcher.offers(), Set.of()));
        runner = new AsyncRunner(claims, dispatcher, heap, changes, backlog, settings, replica);
        runner.start();
        upkeep = List.of(new Rounds("replicas-upkeep", TICK, this::tick), new Rounds("async-upkeep", TICK, this::keepHouse), new Rounds("async-survey", SURVEY, this::survey));
        upkeep.forEach(Rounds::start);
    }

    /// An earlier life has no beat any more. Another replica that goes by the same name has one, and keeps what it runs.
    private void takeUpOwn() throws StoreException, InterruptedException {
        Map<String, Long> before = membership.namesakes(settings.replica());
        if (before.isEmpty()) {
            return;
        }
        Thread.sleep(TICK.multipliedBy(3));
        Map<String, Long> now = membership.namesakes(settings.replica());
        for (var namesake : before.entrySet()) {
            if (namesake.getValue().equals(now.get(namesake.getKey()))) {
                membership.takeOver(namesake.getKey(), namesake.getValue());
            } else if (now.containsKey(namesake.getKey())) {
                LOG.log(Level.ERROR, "another replica goes by the name {0}; give each its own in mayfly.async.replica", settings.replica());
            }
        }
    }

    private String newReplica() {
        return settings.replica() + "#" + UUID.randomUUID();
    }

    // ---- what callers ask for

    /// @param key the client's name for this request
    /// @throws RejectedException it is wrong, or there is no room for it; nothing is stored
    public Accepted accept(AsyncSubmission request, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        String tenant = request.submission().tenant();
        var idempotency = key.map(name -> IdempotencyKey.of(tenant, name, "execution", request.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 1);
        }
        requireRoom(tenant, 1);
        requireWebhook(tenant, request.webhook());
        AsyncSubmission checked = request.with(dispatcher.check(request.submission()));
        return write(new NewExecution(checked, Optional.empty(), Instant.now()), idempotency);
    }

    /// While nobody waits and there is a slot, its claim goes to the disk together with it.
    private Accepted write(NewExecution execution, Optional<IdempotencyKey> key) throws RejectedException, StoreException, InterruptedException {
        Optional<String> owner = runner.reserve(execution.tenant(), execution.request().submission().runtime());
        boolean begun = false;
        try {
            Intake.Inserted inserted = intake.insert(execution, key, owner);
            begun = owner.isPresent() && inserted.insertion() == Intake.Insertion.NEW;
            if (begun) {
                accepted.increment();
                runner.begin(Claim.first(execution, owner.orElseThrow()));
                return new Accepted(execution.id(), false, 0, Optional.empty());
            }
            return accepted(inserted, 1);
        } finally {
            if (owner.isPresent() && !begun) {
                runner.free();
            }
        }
    }

    /// Accepts those of its items that are right.
    public Accepted accept(BatchOffer offer, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        var idempotency = key.map(name -> IdempotencyKey.of(offer.tenant(), name, "batch", offer.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 0);
        }
        requireRoom(offer.tenant(), offer.items().size());
        requireWebhook(offer.tenant(), offer.batch().webhook());
        Intake.NewBatch batch = offer.checked(dispatcher, notice, Instant.now());
        return accepted(intake.insert(batch, idempotency), batch.executions().size());
    }

    private Optional<Intake.Inserted> earlier(Optional<IdempotencyKey> key) throws StoreException {
        return key.isPresent() ? intake.find(key.get()) : Optional.empty();
    }

    private Accepted accepted(Intake.Inserted inserted, int executions) throws RejectedException {
        return switch (inserted.insertion()) {
            case CONFLICT -> throw RejectedException.because(Kind.KEY_REUSED, "Idempotency-Key",
                    "this key was used for another request, which is %s".formatted(inserted.target()));
            case REPLAYED -> new Accepted(inserted.target(), true, 0, Optional.empty());
            case NEW -> {
                accepted.add(executions);
                long position = backlog.accepted(executions);
                runner.look();
                yield new Accepted(inserted.target(), false, position, backlog.timeFor(position));
            }
        };
    }

    private void requireWebhook(String tenant, Optional<URI> webhook) throws RejectedException, StoreException {
        if (webhook.isPresent()) {
            notice.check(tenant, webhook.get());
        }
    }

    private void requireRoom(String tenant, int executions) throws RejectedException {
        if (draining) {
            throw RejectedException.forNow(Kind.DRAINING, "the service is shutting down", RETRY_SOON);
        }
        Optional<String> reason = full;
        if (reason.isPresent()) {
            throw RejectedException.forNow(Kind.STORE_FULL, reason.get(), RETRY_LATER);
        }
        if (filling.contains(tenant)) {
            throw RejectedException.forNow(Kind.STORE_FULL, "the store is nearly full, and its last 10 %% is reserved for tenants with little in it; %d MiB or more are yours: DELETE finished executions, or wait for their retention"
                    .formatted((settings.maxBytes() / 10) >> 20), RETRY_LATER);
        }
        if (backlog.length() + executions > settings.maxQueued()) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "the queue is full: %d executions".formatted(backlog.length()), RETRY_LATER);
        }
        if (backlog.length() >= settings.maxQueued() - tenth() && crowding.contains(tenant)) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "the queue is nearly full, and its last 10 %% is reserved for tenants with few queued executions; %d or more are yours".formatted(tenth()), RETRY_LATER);
        }
    }

    private int tenth() {
        return settings.maxQueued() / 10;
    }

    public Optional<StoredExecution> find(String tenant, String id) throws StoreException {
        return Storable.isText(id) ? records.find(tenant, id) : Optional.empty();
    }

    public Optional<StoredBatch> batch(String tenant, String id) throws StoreException {
        return Storable.isText(id) ? records.batch(tenant, id) : Optional.empty();
    }

    public List<StoredExecution> list(String tenant, ExecutionFilter filter) throws StoreException {
        return records.list(tenant, filter);
    }

    /// How much room the execution's output takes.
    public long storedBytes(String id) throws StoreException {
        return records.storedBytes(id);
    }

    /// What an execution that has ended came to, with its output; empty when there is none, or it has not ended.
    public Optional<ResultView> result(String tenant, String id) throws StoreException {
        Optional<StoredExecution> found = find(tenant, id);
        if (found.isEmpty() || found.get().state() != State.FINISHED) {
            return Optional.empty();
        }
        return Replay.result(records, id);
    }

    /// The caller closes it.
    ///
    /// @param after the number of the last event that is known; -1 for all
    public EventReader events(String tenant, String id, long after) {
        return new EventReader(records, changes, tenant, id, after, () -> runner.runs(id));
    }

    /// Waits until it has ended, at most for the patience; then as it is. Empty when there is none.
    public Optional<StoredExecution> awaitEnd(String tenant, String id, Duration patience) throws StoreException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        try (var watch = changes.watch(id)) {
            while (true) {
                Optional<StoredExecution> found = find(tenant, id);
                long left = until - System.nanoTime();
                if (found.isEmpty() || found.get().state() == State.FINISHED || left <= 0) {
                    return found;
                }
                watch.await(Duration.ofNanos(Math.min(left, TICK.toNanos())));
            }
        }
    }

    /// What `delete` has done.
    public enum Deleted {
        /// There is none.
        UNKNOWN,
        /// It waited or ran, and has ended or will have soon; it is kept with its outcome.
        ENDING,
        /// It had ended, and is there no more.
        REMOVED
    }

    /// Ends what waits or runs; removes what has ended, with its output and its idempotency key. Of one that runs, the end is still to come when this returns.
    public Deleted delete(String tenant, String id) throws StoreException, InterruptedException {
        if (!Storable.isText(id)) {
            return Deleted.UNKNOWN;
        }
        var cancelled = new Outcome.Cancelled(Outcome.By.CLIENT);
        return switch (claims.cancel(tenant, id, cancelled)) {
            case UNKNOWN -> Deleted.UNKNOWN;
            case REMOVED -> {
                changes.changed(id);
                yield Deleted.REMOVED;
            }
            case ENDED -> {
                backlog.claimed();
                changes.changed(id);
                yield Deleted.ENDING;
            }
            case REQUESTED -> {
                runner.cancel(id, Outcome.By.CLIENT);
                yield Deleted.ENDING;
            }
        };
    }

    public long queued() {
        return backlog.length();
    }

    /// How many of them cannot be run by this replica now: it lacks their runtime, or its ceilings are too low. They wait for one that can.
    public long unmet() {
        return unmet;
    }

    public int running() {
        return runner.running();
    }

    /// How many executions this replica has accepted.
    public long accepted() {
        return accepted.sum();
    }

    /// How many attempts at executions this replica has made.
    public long attempts() {
        return runner.attempts();
    }

    // ---- upkeep

    private boolean tick() throws StoreException, InterruptedException {
        Membership.Beat beat = membership.beat(replica);
        if (!beat.alive()) {
            rejoin();
        }
        if (beat.givenBack() > 0) {
            runner.look();
        }
        for (FailureDetector.Dead dead : replicas.dead(membership.beats())) {
            if (!dead.id().equals(replica)) {
                int taken = membership.takeOver(dead.id(), dead.beat());
                LOG.log(Level.WARNING, "replica={0} is dead; executions={1} are started again", dead.id(), taken);
                runner.look();
            }
        }
        lookAfterOwn();
        return false;
    }

    private boolean keepHouse() throws StoreException, InterruptedException {
        backlog.counted(records.queued(), records.anyDue(dispatcher.offers(), runner.leftToOthers()));
        crowding = backlog.length() >= settings.maxQueued() - tenth() ? records.tenantsWithQueued(tenth()) : Set.of();
        full = retention.lackOfRoom();
        retention.forget();
        return false;
    }

    /// What takes longer to count.
    private boolean survey() throws StoreException {
        unmet = records.unmet(dispatcher.offers());
        filling = retention.tenantsWithoutRoom();
        runner.holdBack(filling);
        return false;
    }

    /// Cancellations may come by way of another replica. What is owned by the store's word and not run, in two looks one after the other, was claimed in a write
    /// of which this replica has not heard.
    private void lookAfterOwn() throws StoreException, InterruptedException {
        List<Claims.Owned> owned = claims.owned(replica);
        owned.stream().filter(Claims.Owned::cancelRequested).forEach(own -> runner.cancel(own.id(), Outcome.By.CLIENT));
        for (Claims.Owned own : owned) {
            if (!runner.runs(own.id()) && notRunBefore.contains(own)) {
                claims.giveBack(replica, own);
                runner.look();
            }
        }
        notRunBefore = owned.stream().filter(own -> !runner.runs(own.id())).collect(Collectors.toSet());
    }

    private void rejoin() throws StoreException, InterruptedException {
        LOG.log(Level.WARNING, "replica={0} was taken for dead; what it ran is started again", replica);
        replica = newReplica();
        membership.join(replica, settings.replica());
        runner.rename(replica);
    }

    /// No more is accepted and claimed.
    public void stopIntake() {
        draining = true;
        runner.stopClaiming();
    }

    /// What still runs goes back into the queue.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopIntake();
        try {
            runner.stopRunning(AFTER_CANCEL);
            upkeep.forEach(Rounds::close);
            membership.leave(replica);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the others will take this replica for dead: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
