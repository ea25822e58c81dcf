package dev.mayfly.async;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// What executions ask of the replica that runs them, and what a replica can give, as SQL: a runtime, limits within
/// its ceilings, a form of the body that it knows.
final class Requirements {
    private Requirements() {}

    /// A condition on rows of `execution`.
    ///
    /// @param values of the names in it
    record Condition(String sql, Map<String, Object> values) {}

    /// That a replica with such runtimes and ceilings can run it. What an earlier release has written does not name
    /// its needs: it can be tried.
    static Condition met(Map<String, Limits> offers) {
        if (offers.isEmpty()) {
            return new Condition("1 = 0", Map.of());
        }
        var values = new LinkedHashMap<String, Object>();
        List<String> names = new ArrayList<>();
        var ceilings = new StringBuilder();
        offers.forEach((runtime, limits) -> {
            String name = ":offer" + names.size();
            values.put(name.substring(1), runtime);
            names.add(name);
            ceilings.append(" when ").append(name).append(" then case axis").append(ceilings(limits)).append(" else -1 end");
        });
        String sql = """
                form <= %d and (runtime is null or runtime in (%s) and not exists (
                  select 1 from execution_limit where execution_id = execution.id and amount > case execution.runtime%s else -1 end))"""
                .formatted(StoredSubmission.FORM, String.join(", ", names), ceilings);
        return new Condition(sql, values);
    }

    private static String ceilings(Limits limits) {
        var cases = new StringBuilder();
        for (LimitAxis axis : LimitAxis.values()) {
            cases.append(" when '").append(axis.wireName()).append("' then ").append(limits.of(axis));
        }
        return cases.toString();
    }

    static void insertLimits(Handle handle, String id, Map<LimitAxis, Long> limits) {
        if (limits.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch("insert into execution_limit (execution_id, axis, amount) values (:id, :axis, :amount) on conflict do nothing");
        limits.forEach((axis, amount) -> rows.bind("id", id).bind("axis", axis.wireName()).bind("amount", amount).add());
        rows.execute();
    }

    /// Of a row that did not name them.
    static void name(Handle handle, String id, Optional<String> runtime, Map<LimitAxis, Long> limits) {
        if (runtime.isPresent()) {
            int named = handle.createUpdate("update execution set runtime = :runtime where id = :id and runtime is null")
                    .bind("runtime", runtime.get()).bind("id", id).execute();
            if (named == 1) {
                insertLimits(handle, id, limits);
            }
        }
    }
}
