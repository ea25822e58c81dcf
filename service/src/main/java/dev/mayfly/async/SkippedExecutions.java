package dev.mayfly.async;

import dev.mayfly.execution.FunctionPlaces;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// What this replica does not claim now.
///
/// @param ids of executions that it leaves to others; may grow meanwhile
/// @param functions that have as many executions as they may
record SkippedExecutions(Set<String> tenants, Set<String> ids, Set<FunctionPlaces.Name> functions) {
    static final SkippedExecutions NOTHING = new SkippedExecutions(Set.of(), Set.of(), Set.of());

    /// A query on `execution` that leaves these out.
    ///
    /// @param sql ends within its `where`
    /// @param rest what comes behind that
    Query query(Handle handle, String sql, String rest) {
        List<String> leftOut = List.copyOf(ids);
        Query query = handle.createQuery(sql
                + (tenants.isEmpty() ? "" : " and tenant not in (<tenants>)")
                + (leftOut.isEmpty() ? "" : " and id not in (<ids>)")
                + (functions.isEmpty() ? "" : " and (tenant, coalesce(function_name, '')) not in (values <functions>)")
                + rest);
        if (!tenants.isEmpty()) {
            query.bindList("tenants", tenants);
        }
        if (!functions.isEmpty()) {
            query.bindMethodsList("functions", functions, List.of("tenant", "function"));
        }
        return leftOut.isEmpty() ? query : query.bindList("ids", leftOut);
    }
}
