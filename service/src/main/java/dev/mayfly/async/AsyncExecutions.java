package dev.mayfly.async;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.Storable;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;

/// Executions that are accepted now, run later and stored. What `accept` has returned is not lost any more.
/// Thread-safe.
public final class AsyncExecutions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncExecutions.class.getName());
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(5);

    private final Intake intake;
    private final ExecutionQueries queries;
    private final Claims claims;
    private final Dispatcher dispatcher;
    private final EndListener listener;
    private final Changes changes = new Changes();
    private final Backlog backlog = new Backlog(System::nanoTime);
    private final Room room;
    private final ReplicaUpkeep replica;
    private final AsyncRunner runner;
    private final List<Rounds> upkeep;
    private final Pauses pauses;
    private final LongAdder accepted = new LongAdder();
    private volatile long unmet;
    private boolean closed;

    private AsyncExecutions(Database database, EndListener listener, InvocationListener invocations, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings, Pauses pauses)
            throws StoreException, InterruptedException {
        this.listener = listener;
        this.dispatcher = dispatcher;
        this.pauses = pauses;
        intake = new Intake(database, new Completion(listener, invocations));
        queries = new ExecutionQueries(database);
        claims = new Claims(database, new Completion(listener, invocations));
        room = new Room(queries, backlog, new Retention(database, settings), settings);
        replica = new ReplicaUpkeep(new Membership(database), claims, settings);
        String name = replica.join(pauses.tick());
        backlog.counted(queries.queued(), 0, queries.anyDue(dispatcher.offers(), SkippedExecutions.NOTHING, dispatcher.functionPlaces()));
        runner = new AsyncRunner(claims, dispatcher, heap, changes, backlog, settings, pauses, name);
        upkeep = List.of(new Rounds("replicas-upkeep", pauses.tick(), this::lookAfterReplicas), new Rounds("async-upkeep", pauses.tick(), this::count), new Rounds("async-survey", pauses.survey(), this::survey));
    }

    /// Takes up immediately what an earlier life of this replica has left, and begins to run.
    public static AsyncExecutions open(Database database, EndListener listener, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings)
            throws StoreException, InterruptedException {
        return open(database, listener, dispatcher, heap, settings, Pauses.USUAL);
    }

    /// @param invocations who learns of the ends of functions' executions
    public static AsyncExecutions open(Database database, EndListener listener, InvocationListener invocations, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings)
            throws StoreException, InterruptedException {
        return open(database, listener, invocations, dispatcher, heap, settings, Pauses.USUAL);
    }

    static AsyncExecutions open(Database database, EndListener listener, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings, Pauses pauses)
            throws StoreException, InterruptedException {
        return open(database, listener, InvocationListener.NONE, dispatcher, heap, settings, pauses);
    }

    private static AsyncExecutions open(
            Database database, EndListener listener, InvocationListener invocations, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings, Pauses pauses)
            throws StoreException, InterruptedException {
        var executions = new AsyncExecutions(database, listener, invocations, dispatcher, heap, settings, pauses);
        executions.runner.start();
        executions.upkeep.forEach(Rounds::start);
        return executions;
    }

    /// @param key the client's name for this request
    /// @throws RejectedException it is wrong, or there is no room for it; nothing is stored
    public Accepted accept(AsyncSubmission request, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        String tenant = request.submission().tenant();
        var idempotency = key.map(name -> IdempotencyKey.of(tenant, name, "execution", request.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 1, true);
        }
        room.require(tenant, 1);
        requireWebhook(tenant, request.webhook());
        AsyncSubmission checked = request.with(dispatcher.check(request.submission()));
        return write(new NewExecution(checked, Optional.empty(), Instant.now()), idempotency);
    }

    /// Checks what `insert` is to insert.
    ///
    /// @throws RejectedException the submission is wrong, or the queue or the store is full
    public AsyncSubmission check(AsyncSubmission request) throws RejectedException {
        room.require(request.submission().tenant(), 1);
        return request.with(dispatcher.check(request.submission()));
    }

    /// Within the caller's transaction; the caller calls `inserted` after it.
    ///
    /// @param checked by `check`
    public void insert(Handle handle, List<AsyncSubmission> checked) {
        if (!checked.isEmpty()) {
            intake.insert(handle, checked.stream().map(request -> new NewExecution(request, Optional.empty(), Instant.now())).toList(), Optional.empty());
        }
    }

    /// So many more wait to be run.
    public void inserted(int executions) {
        accepted.add(executions);
        backlog.accepted(executions, true);
        runner.look();
    }

    /// While nobody waits and there is a slot, its claim goes to the disk together with it.
    private Accepted write(NewExecution execution, Optional<IdempotencyKey> key) throws RejectedException, StoreException, InterruptedException {
        Optional<AsyncRunner.Reservation> reserved = runner.reserve(execution.request().submission());
        boolean begun = false;
        try {
            Intake.Inserted inserted = intake.insert(execution, key, reserved.map(AsyncRunner.Reservation::owner));
            begun = reserved.isPresent() && inserted.insertion() == Intake.Insertion.NEW;
            if (begun) {
                accepted.increment();
                runner.begin(Claim.first(execution, reserved.get().owner()), reserved.get().place());
                return new Accepted(execution.id(), false, 0, Optional.empty());
            }
            return accepted(inserted, 1, !runner.hasToWait(execution.request().submission()));
        } finally {
            if (!begun) {
                reserved.ifPresent(runner::free);
            }
        }
    }

    /// Accepts those of its items that are right.
    public Accepted accept(BatchOffer offer, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        var idempotency = key.map(name -> IdempotencyKey.of(offer.tenant(), name, "batch", offer.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 0, true);
        }
        room.require(offer.tenant(), offer.items().size());
        requireWebhook(offer.tenant(), offer.batch().webhook());
        Intake.NewBatch batch = offer.checked(dispatcher, listener, Instant.now());
        return accepted(intake.insert(batch, idempotency), batch.executions().size(), true);
    }

    private Optional<Intake.Inserted> earlier(Optional<IdempotencyKey> key) throws StoreException {
        return key.isPresent() ? intake.find(key.get()) : Optional.empty();
    }

    private Accepted accepted(Intake.Inserted inserted, int executions, boolean due) throws RejectedException {
        return switch (inserted.insertion()) {
            case CONFLICT -> throw RejectedException.because(Kind.KEY_REUSED, "Idempotency-Key",
                    "this key was used for another request, which is %s".formatted(inserted.target()));
            case REPLAYED -> new Accepted(inserted.target(), true, 0, Optional.empty());
            case NEW -> {
                accepted.add(executions);
                long position = backlog.accepted(executions, due);
                runner.look();
                yield new Accepted(inserted.target(), false, position, backlog.timeFor(position));
            }
        };
    }

    private void requireWebhook(String tenant, Optional<URI> webhook) throws RejectedException, StoreException {
        if (webhook.isPresent()) {
            listener.check(tenant, webhook.get());
        }
    }

    /// @throws RejectedException the store has no room for more of this tenant
    public void requireRoom(String tenant) throws RejectedException {
        room.requireStore(tenant);
    }

    public Optional<StoredExecution> find(String tenant, String id) throws StoreException {
        return Storable.isText(id) ? queries.find(tenant, id) : Optional.empty();
    }

    public Optional<StoredBatch> batch(String tenant, String id) throws StoreException {
        return Storable.isText(id) ? queries.batch(tenant, id) : Optional.empty();
    }

    public List<StoredExecution> list(String tenant, ExecutionFilter filter) throws StoreException {
        return queries.list(tenant, filter);
    }

    /// How much room the execution's output takes.
    public long storedBytes(String id) throws StoreException {
        return queries.storedBytes(id);
    }

    /// What an execution that has ended came to, with its output; empty when there is none, or it has not ended.
    public Optional<ResultView> result(String tenant, String id) throws StoreException {
        Optional<StoredExecution> found = find(tenant, id);
        if (found.isEmpty() || found.get().state() != State.FINISHED) {
            return Optional.empty();
        }
        return Replay.result(queries, id);
    }

    /// The caller closes it.
    ///
    /// @param after the number of the last event that is known; -1 for all
    public EventReader events(String tenant, String id, long after) {
        return new EventReader(queries, changes, tenant, id, after, () -> runner.runs(id));
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
                watch.await(Duration.ofNanos(Math.min(left, pauses.tick().toNanos())));
            }
        }
    }

    /// Ends what waits or runs; removes what has ended, with its output and its idempotency key. Of one that runs, the
    /// end is still to come when this returns.
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

    /// How many of them this replica cannot run: it lacks their runtime, or its ceilings are too low.
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

    /// Which share of the most bytes the store has, at the last count.
    public double storeUtilization() {
        return room.storeUtilization();
    }

    public Presence presence() {
        return replica.presence();
    }

    private boolean lookAfterReplicas() throws StoreException, InterruptedException {
        replica.round(runner);
        return false;
    }

    private boolean count() throws StoreException, InterruptedException {
        boolean due = queries.anyDue(dispatcher.offers(), runner.skipped(), dispatcher.functionPlaces());
        backlog.counted(queries.queued(), queries.queued(dispatcher.functionPlaces().queued()), due);
        room.count();
        return false;
    }

    /// What takes longer to count.
    private boolean survey() throws StoreException {
        unmet = queries.unmet(dispatcher.offers());
        runner.holdBack(room.countTenants());
        return false;
    }

    /// No more is accepted and claimed.
    public void stopIntake() {
        room.close();
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
            replica.leave();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the others will take this replica for dead: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
