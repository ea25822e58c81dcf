package dev.mayfly.async;

import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.ResultView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Writes what becomes of accepted executions: from the queue to a replica, back, and to the one end. Thread-safe;
/// what it has returned from is on the disk.
final class Claims {
    private final Database database;
    private final Completion endings;

    Claims(Database database, Completion endings) {
        this.database = database;
        this.endings = endings;
    }

    /// The next one in the queue; empty when there is none.
    ///
    /// @param offers what the owner can run
    Optional<Claim> claim(String owner, Map<String, Limits> offers, ClaimTurns turns, SkippedExecutions skipped, FunctionPlaces places) throws StoreException, InterruptedException {
        return database.write(handle -> {
            Optional<QueueSearch.Due> due = QueueSearch.toClaim(handle, offers, skipped, places, turns, database.kind().skipLocked())
                    // handed back meanwhile: it was among them before it was in the queue
                    .filter(one -> one.cancelRequested() || !skipped.ids().contains(one.id()));
            return due.isEmpty() ? Optional.empty() : claim(handle, owner, due.get());
        });
    }

    private static Optional<Claim> claim(Handle handle, String owner, QueueSearch.Due due) {
        String id = due.id();
        long now = System.currentTimeMillis();
        handle.createUpdate("update execution set state = 'running', owner = :owner, attempt = attempt + 1, started_at = :now where id = :id and state = 'queued'")
                .bind("owner", owner)
                .bind("now", now)
                .bind("id", id)
                .execute();
        return handle.createQuery("""
                        select tenant, attempt, body, cancel_requested, accepted_at, begun, (select coalesce(max(last_event), -1) from segment where execution_id = :id), trace,
                        """ + InvocationColumns.NAMES + """
                        , failure_policy, retried
                        from execution join submission on execution_id = id where id = :id""")
                .bind("id", id)
                .map((row, context) -> new Claim(id, row.getString(1), owner, row.getInt(2), row.getLong(7) + 1, row.getBytes(3), row.getInt(4) == 1,
                        Instant.ofEpochMilli(row.getLong(5)), row.getInt(6), TraceContext.ofText(row.getString(8)), InvocationColumns.of(row).map(invocation -> invocation.boundedBy(due.concurrency())), FailureColumn.of(row.getString("failure_policy")),
                        row.getInt("retried")))
                .findOne();
    }

    private static final String FENCE = " where id = :id and owner = :owner and attempt = :attempt and state = 'running'";

    /// False when the execution is not this claim's any more.
    boolean append(Claim claim, List<EventLine> events) throws StoreException, InterruptedException {
        byte[] segment = Segment.of(events);
        return database.write(handle -> {
            boolean mine = handle.createQuery("select 1 from execution" + FENCE + " " + database.kind().lock())
                    .bind("id", claim.id()).bind("owner", claim.owner()).bind("attempt", claim.attempt())
                    .mapTo(Integer.class).findOne().isPresent();
            if (mine) {
                append(handle, claim, events, segment);
            }
            return mine;
        });
    }

    /// An attempt's first event takes the place of what earlier attempts have left.
    private static void append(Handle handle, Claim claim, List<EventLine> events, byte[] segment) {
        if (events.getFirst().is(EventName.STARTED)) {
            handle.createUpdate("update execution set begun = :begun where id = :id").bind("begun", claim.begun() + 1).bind("id", claim.id()).execute();
            handle.createUpdate("delete from segment where execution_id = :id and last_event < :first")
                    .bind("id", claim.id()).bind("first", claim.firstEvent()).execute();
        }
        insertSegment(handle, claim.id(), events.getLast().id(), segment);
    }

    private static void insertSegment(Handle handle, String id, long lastEvent, byte[] segment) {
        handle.createUpdate("insert into segment (execution_id, last_event, body) values (:id, :last, :body) on conflict do nothing")
                .bind("id", id).bind("last", lastEvent).bind("body", segment).execute();
    }

    /// The one end. False when the execution is not this claim's any more.
    ///
    /// @param lastEvents the result is the last of them
    /// @param earlierBytes of this attempt's events that are in the store
    boolean finish(Claim claim, List<EventLine> lastEvents, String outcome, long earlierBytes) throws StoreException, InterruptedException {
        StoredResult result = StoredResult.of(lastEvents.getLast());
        List<EventLine> events = new ArrayList<>(lastEvents);
        events.set(events.size() - 1, result.event());
        byte[] segment = Segment.of(events);
        return database.write(handle -> {
            int ended = handle.createUpdate("""
                            update execution set state = 'finished', owner = null, finished_at = :now, outcome = :outcome, outcome_detail = :detail,
                            result_more = :more, stored_bytes = length(labels) + :bytes""" + FENCE)
                    .bind("now", System.currentTimeMillis()).bind("outcome", outcome).bind("detail", result.outcome())
                    .bind("more", result.more().orElse(null)).bind("bytes", earlierBytes + segment.length)
                    .bind("id", claim.id()).bind("owner", claim.owner()).bind("attempt", claim.attempt())
                    .execute();
            if (ended == 0) {
                return false;
            }
            append(handle, claim, events, segment);
            endings.ofExecution(handle, claim.id(), outcome);
            return true;
        });
    }

    /// Back into the queue, to be started again; at once, when it is to be cancelled.
    ///
    /// @param begun how often its program has begun, as far as that counts
    int release(Claim claim, Instant notBefore, int begun) throws StoreException, InterruptedException {
        return database.write(handle -> release(handle, claim, notBefore, begun));
    }

    /// The same of a program that has failed, and is tried again.
    int retry(Claim claim, Instant notBefore) throws StoreException, InterruptedException {
        return database.write(handle -> release(handle, claim, notBefore, claim.begun() + 1, claim.retried() + 1));
    }

    private static int release(Handle handle, Claim claim, Instant notBefore, int begun) {
        return release(handle, claim, notBefore, begun, claim.retried());
    }

    private static int release(Handle handle, Claim claim, Instant notBefore, int begun, int retried) {
        return handle.createUpdate("""
                        update execution set state = 'queued', owner = null, started_at = null,
                        not_before = case when cancel_requested = 1 then 0 else :then end, begun = :begun, retried = :retried""" + FENCE)
                .bind("then", notBefore.toEpochMilli()).bind("begun", begun).bind("retried", retried)
                .bind("id", claim.id()).bind("owner", claim.owner()).bind("attempt", claim.attempt())
                .execute();
    }

    /// Back into the queue, for a replica that can run it: this one cannot. The row names its needs from now on, so
    /// that this one does not claim it again.
    int handBack(Claim claim, Instant notBefore, Optional<String> runtime, Map<LimitAxis, Long> limits) throws StoreException, InterruptedException {
        return database.write(handle -> {
            int released = release(handle, claim, notBefore, claim.begun());
            if (released == 1) {
                Requirements.name(handle, claim.id(), runtime, limits);
            }
            return released;
        });
    }

    enum CancelAnswer {
        UNKNOWN,
        /// It waited, and has ended now.
        ENDED,
        /// Its owner is to end it.
        REQUESTED,
        /// It had ended, and is there no more.
        REMOVED
    }

    /// @param outcome of one that was never begun
    CancelAnswer cancel(String tenant, String id, Outcome outcome) throws StoreException, InterruptedException {
        String detail = StoredResult.of(Attempt.unstarted(id, 0, outcome)).outcome();
        return database.write(handle -> {
            int ended = handle.createUpdate("""
                            update execution set state = 'finished', finished_at = :now, outcome = :outcome, outcome_detail = :detail, cancel_requested = 1,
                            stored_bytes = length(labels)
                            where id = :id and tenant = :tenant and state = 'queued'""")
                    .bind("now", System.currentTimeMillis()).bind("outcome", ResultView.kind(outcome)).bind("detail", detail)
                    .bind("id", id).bind("tenant", tenant)
                    .execute();
            if (ended == 1) {
                long last = handle.createQuery("select coalesce(max(last_event), -1) from segment where execution_id = :id")
                        .bind("id", id).mapTo(Long.class).one();
                insertSegment(handle, id, last + 1, Segment.of(List.of(Attempt.unstarted(id, last + 1, outcome))));
                endings.ofExecution(handle, id, ResultView.kind(outcome));
                return CancelAnswer.ENDED;
            }
            int requested = handle.createUpdate("update execution set cancel_requested = 1 where id = :id and tenant = :tenant and state = 'running'")
                    .bind("id", id).bind("tenant", tenant).execute();
            if (requested == 1) {
                return CancelAnswer.REQUESTED;
            }
            return remove(handle, tenant, id) ? CancelAnswer.REMOVED : CancelAnswer.UNKNOWN;
        });
    }

    /// One that has ended, as the end of its retention does.
    private static boolean remove(Handle handle, String tenant, String id) {
        int removed = handle.createUpdate("delete from execution where id = :id and tenant = :tenant and state = 'finished'")
                .bind("id", id).bind("tenant", tenant).execute();
        if (removed == 1) {
            handle.createUpdate("delete from idempotency_key where target = :id").bind("id", id).execute();
        }
        return removed == 1;
    }

    /// @param cancelRequested its caller wants it to end
    record Owned(String id, int attempt, boolean cancelRequested) {}

    List<Owned> owned(String replica) throws StoreException {
        return database.read(handle -> handle.createQuery("select id, attempt, cancel_requested from execution where state = 'running' and owner = :owner")
                .bind("owner", replica)
                .map((row, context) -> new Owned(row.getString(1), row.getInt(2), row.getInt(3) == 1))
                .list());
    }

    /// Of an execution that this replica owns by the store, and knows nothing of: the word of its claim was lost.
    void giveBack(String replica, Owned owned) throws StoreException, InterruptedException {
        database.write(handle -> handle.createUpdate(
                        "update execution set state = 'queued', owner = null, started_at = null, not_before = 0" + FENCE)
                .bind("id", owned.id()).bind("owner", replica).bind("attempt", owned.attempt())
                .execute());
    }
}
