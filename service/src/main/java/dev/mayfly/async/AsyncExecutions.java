package dev.mayfly.async;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.Storable;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Executions that are accepted now, run later and stored. What `accept` has returned is not lost any more.
/// Thread-safe.
public final class AsyncExecutions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncExecutions.class.getName());
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(5);

    private final ExecutionQueries queries;
    private final Claims claims;
    private final Dispatcher dispatcher;
    private final Changes changes = new Changes();
    private final Backlog backlog = new Backlog(System::nanoTime);
    private final Room room;
    private final ReplicaUpkeep replica;
    private final AsyncRunner runner;
    private final Acceptance acceptance;
    private final List<Rounds> upkeep;
    private final Pauses pauses;
    private volatile long unmet;
    private boolean closed;

    private AsyncExecutions(Database database, EndListener listener, InvocationListener invocations, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings, Pauses pauses)
            throws StoreException, InterruptedException {
        this.dispatcher = dispatcher;
        this.pauses = pauses;
        queries = new ExecutionQueries(database);
        claims = new Claims(database, new Completion(listener, invocations));
        room = new Room(queries, backlog, new Retention(database, settings), settings);
        replica = new ReplicaUpkeep(new Membership(database), claims, settings);
        String name = replica.join(pauses.tick());
        backlog.counted(queries.queued(), 0, queries.anyDue(dispatcher.offers(), SkippedExecutions.NOTHING, dispatcher.functionPlaces()));
        runner = new AsyncRunner(claims, dispatcher, heap, changes, backlog, settings, pauses, name);
        acceptance = new Acceptance(new Intake(database, new Completion(listener, invocations)), room, backlog, runner, dispatcher, listener);
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
    /// @throws RejectedException the request is wrong, or the queue or the store is full; nothing is stored then
    public Accepted accept(AsyncSubmission request, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        return acceptance.accept(request, key);
    }

    /// Accepts those of its items that are right.
    public Accepted accept(BatchOffer offer, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        return acceptance.accept(offer, key);
    }

    /// Checks what `insert` is to insert.
    ///
    /// @throws RejectedException the submission is wrong, or the queue or the store is full
    public AsyncSubmission check(AsyncSubmission request) throws RejectedException {
        return acceptance.check(request);
    }

    /// Within the caller's transaction; the caller calls `inserted` after it.
    ///
    /// @param checked by `check`
    public void insert(Handle handle, List<AsyncSubmission> checked) {
        acceptance.insert(handle, checked);
    }

    /// So many more wait to be run.
    public void inserted(int executions) {
        acceptance.inserted(executions);
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
        return acceptance.count();
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
