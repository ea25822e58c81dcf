package dev.mayfly.async;

import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// What this replica does not claim now.
///
/// @param ids of executions that it leaves to others; may grow meanwhile
record SkippedExecutions(Set<String> tenants, Set<String> ids) {
    static final SkippedExecutions NOTHING = new SkippedExecutions(Set.of(), Set.of());

    /// A query on `execution` that leaves these out.
    ///
    /// @param sql ends within its `where`
    /// @param rest what comes behind that
    Query query(Handle handle, String sql, String rest) {
        List<String> leftOut = List.copyOf(ids);
        Query query = handle.createQuery(sql
                + (tenants.isEmpty() ? "" : " and tenant not in (<tenants>)")
                + (leftOut.isEmpty() ? "" : " and id not in (<ids>)")
                + rest);
        if (!tenants.isEmpty()) {
            query.bindList("tenants", tenants);
        }
        return leftOut.isEmpty() ? query : query.bindList("ids", leftOut);
    }
}
