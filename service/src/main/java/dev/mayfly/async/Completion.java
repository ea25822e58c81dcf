package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.wire.FailurePolicy;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What the end of an execution brings with it: its program is forgotten, its batch has one less to wait for, and a
/// webhook is queued where one was asked for.
final class Completion {
    private final EndListener notice;
    private final InvocationListener invocations;

    Completion(EndListener notice, InvocationListener invocations) {
        this.notice = notice;
        this.invocations = invocations;
    }

    /// What goes with its end, in the same transaction.
    void ofExecution(Handle handle, String id, String outcome) {
        handle.createUpdate("delete from submission where execution_id = :id").bind("id", id).execute();
        StoredRow row = handle.createQuery("select tenant, batch_id, webhook, labels, trace, " + InvocationColumns.NAMES + ", outcome_detail, begun, failure_policy from execution where id = :id")
                .bind("id", id)
                .map((set, context) -> new StoredRow(set.getString(1), set.getString(2), set.getString(3), set.getString(4), set.getString(5), InvocationColumns.of(set),
                        set.getString("outcome_detail"), set.getInt("begun"), FailureColumn.of(set.getString("failure_policy"))))
                .one();
        if (row.webhook() != null) {
            var about = new LinkedHashMap<String, Object>();
            about.put("id", id);
            about.put("outcome", outcome);
            if (row.batchId() != null) {
                about.put("batchId", row.batchId());
            }
            about.put("labels", LabelColumn.of(row.labels()));
            notice.ended(handle, new EndListener.Ended("execution.finished", id, row.tenant(), URI.create(row.webhook()), about, TraceContext.ofText(row.trace())));
        }
        row.invocation().ifPresent(invocation -> invocations.ended(handle, new InvocationListener.Ended(row.tenant(), invocation, id, outcome, end(outcome, row.outcomeDetail()), row.begun(), row.failures())));
        if (row.batchId() != null) {
            oneLessOf(handle, row.batchId());
        }
    }

    private static InvocationListener.End end(String outcome, @Nullable String detail) {
        if (outcome.equals("cancelled")) {
            return InvocationListener.End.CANCELLED;
        }
        boolean succeeded = outcome.equals("exited") && detail != null && StoredResult.exitCode(detail) == 0;
        return succeeded ? InvocationListener.End.SUCCESS : InvocationListener.End.FAILURE;
    }

    private record StoredRow(String tenant, @Nullable String batchId, @Nullable String webhook, String labels, @Nullable String trace, Optional<Invocation> invocation,
            @Nullable String outcomeDetail, int begun, Optional<FailurePolicy> failures) {}

    private void oneLessOf(Handle handle, String batchId) {
        handle.createUpdate("update batch set unfinished = unfinished - 1 where id = :id").bind("id", batchId).execute();
        int last = handle.createUpdate("update batch set finished_at = :now where id = :id and unfinished = 0")
                .bind("now", System.currentTimeMillis()).bind("id", batchId).execute();
        if (last == 1) {
            ofBatch(handle, batchId);
        }
    }

    void ofBatch(Handle handle, String batchId) {
        handle.createQuery("select tenant, webhook, size, trace from batch where id = :id and webhook is not null")
                .bind("id", batchId)
                .map((row, context) -> new EndListener.Ended("batch.finished", batchId, row.getString(1), URI.create(row.getString(2)),
                        Map.of("batchId", batchId, "accepted", row.getInt(3)), TraceContext.ofText(row.getString(4))))
                .findOne()
                .ifPresent(ended -> notice.ended(handle, ended));
    }
}
