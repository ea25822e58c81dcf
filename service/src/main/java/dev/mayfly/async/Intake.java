package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// Writes what is accepted. Thread-safe; what it has returned from is on the disk.
final class Intake {
    private final Database database;
    private final Completion endings;

    Intake(Database database, Completion endings) {
        this.database = database;
        this.endings = endings;
    }

    enum Insertion {
        NEW,
        /// The key's earlier request was the same.
        REPLAYED,
        /// The key's earlier request was another.
        CONFLICT
    }

    /// @param target whose the key is now
    record Inserted(Insertion insertion, String target) {}

    /// @param answer what the sender is answered
    record NewBatch(String id, String tenant, List<NewExecution> executions, Optional<URI> webhook, Optional<TraceContext> trace, byte[] answer, Instant acceptedAt) {}

    /// @param owner the replica that runs it at once; without one it waits for its turn
    Inserted insert(NewExecution execution, Optional<IdempotencyKey> key, Optional<String> owner) throws StoreException, InterruptedException {
        return database.write(handle -> keyed(handle, key, execution.id(), () -> insert(handle, List.of(execution), owner)));
    }

    Inserted insert(NewBatch batch, Optional<IdempotencyKey> key) throws StoreException, InterruptedException {
        return database.write(handle -> keyed(handle, key, batch.id(), () -> {
            int size = batch.executions().size();
            int added = handle.createUpdate("""
                            insert into batch (id, tenant, accepted_at, finished_at, size, unfinished, webhook, answer, trace)
                            values (:id, :tenant, :at, :finished, :size, :size, :webhook, :answer, :trace) on conflict do nothing""")
                    .bind("id", batch.id())
                    .bind("tenant", batch.tenant())
                    .bind("at", batch.acceptedAt().toEpochMilli())
                    .bind("finished", size == 0 ? (Long) batch.acceptedAt().toEpochMilli() : null)
                    .bind("size", size)
                    .bind("webhook", batch.webhook().map(URI::toString).orElse(null))
                    .bind("answer", batch.answer())
                    .bind("trace", batch.trace().map(TraceContext::text).orElse(null))
                    .execute();
            if (added == 1) {
                if (size == 0) {
                    endings.ofBatch(handle, batch.id());
                } else {
                    insert(handle, batch.executions(), Optional.empty());
                }
            }
        }));
    }

    private static Inserted keyed(Handle handle, Optional<IdempotencyKey> key, String target, Runnable insertion) {
        if (key.isPresent() && !claimKey(handle, key.get(), target)) {
            Inserted earlier = find(handle, key.get()).orElseThrow();
            if (!earlier.target().equals(target)) {
                return earlier;
            }
        }
        insertion.run();
        return new Inserted(Insertion.NEW, target);
    }

    private static boolean claimKey(Handle handle, IdempotencyKey key, String target) {
        return handle.createUpdate("""
                        insert into idempotency_key (tenant, name, fingerprint, target) values (:tenant, :name, :fingerprint, :target)
                        on conflict do nothing""")
                .bind("tenant", key.tenant())
                .bind("name", key.name())
                .bind("fingerprint", key.fingerprint())
                .bind("target", target)
                .execute() == 1;
    }

    /// Nothing happens when they are there already: the ids are ours alone, so that it is these.
    void insert(Handle handle, List<NewExecution> executions, Optional<String> owner) {
        PreparedBatch rows = handle.prepareBatch("""
                insert into execution (id, tenant, state, owner, not_before, attempt, begun, cancel_requested, accepted_at, started_at, batch_id, webhook, labels,
                  runtime, form, stored_bytes, trace, function_name, function_version, invoked_by, failure_policy)
                values (:id, :tenant, :state, :owner, 0, :attempt, 0, 0, :at, :started, :batch, :webhook, :labels, :runtime, :form, :bytes, :trace, :function, :version, :invoker, :failures)
                on conflict do nothing""");
        PreparedBatch bodies = handle.prepareBatch("insert into submission (execution_id, body) values (:id, :body) on conflict do nothing");
        PreparedBatch labels = handle.prepareBatch(
                "insert into execution_label (tenant, name, value, execution_id) values (:tenant, :name, :value, :id) on conflict do nothing");
        for (NewExecution execution : executions) {
            String labelsJson = LabelColumn.json(execution.request().labels());
            Optional<Invocation> invocation = execution.request().submission().invocation();
            rows.bind("id", execution.id())
                    .bind("tenant", execution.tenant())
                    .bind("state", owner.isPresent() ? State.RUNNING.wireName() : State.QUEUED.wireName())
                    .bind("owner", owner.orElse(null))
                    .bind("attempt", owner.isPresent() ? 1 : 0)
                    .bind("at", execution.acceptedAt().toEpochMilli())
                    .bind("started", owner.isPresent() ? (Long) execution.acceptedAt().toEpochMilli() : null)
                    .bind("batch", execution.batchId().orElse(null))
                    .bind("webhook", execution.request().webhook().map(URI::toString).orElse(null))
                    .bind("labels", labelsJson)
                    .bind("runtime", execution.request().submission().runtime().orElse(null))
                    .bind("form", StoredSubmission.form(execution.request()))
                    .bind("failures", FailureColumn.json(execution.request().failures()))
                    .bind("trace", execution.request().submission().trace().map(TraceContext::text).orElse(null))
                    .bind("bytes", (long) execution.body().length + labelsJson.length())
                    .bind("function", invocation.map(Invocation::function).orElse(null))
                    .bind("version", invocation.map(Invocation::version).orElse(null))
                    .bind("invoker", invocation.map(its -> its.trigger().wireName()).orElse(null))
                    .add();
            bodies.bind("id", execution.id()).bind("body", execution.body()).add();
            execution.request().labels().forEach((name, value) ->
                    labels.bind("tenant", execution.tenant()).bind("name", name).bind("value", value).bind("id", execution.id()).add());
        }
        rows.execute();
        bodies.execute();
        executions.forEach(execution -> Requirements.insertLimits(handle, execution.id(), execution.request().submission().limits()));
        if (labels.size() > 0) {
            labels.execute();
        }
    }

    /// What the key's earlier request came to; empty when there was none.
    Optional<Inserted> find(IdempotencyKey key) throws StoreException {
        return database.read(handle -> find(handle, key));
    }

    private static Optional<Inserted> find(Handle handle, IdempotencyKey key) {
        return handle.createQuery("select target, fingerprint from idempotency_key where tenant = :tenant and name = :name")
                .bind("tenant", key.tenant())
                .bind("name", key.name())
                .map((row, context) -> new Inserted(row.getString(2).equals(key.fingerprint()) ? Insertion.REPLAYED : Insertion.CONFLICT, row.getString(1)))
                .findOne();
    }
}
