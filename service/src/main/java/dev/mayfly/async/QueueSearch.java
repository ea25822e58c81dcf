package dev.mayfly.async;

import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.sandbox.Limits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/// Looks for what comes next in the queue, within one transaction: the oldest execution of the function whose turn it
/// is, of the tenant whose turn it is. Each turn goes to the next in the alphabet that has any, or else to the first.
///
/// Where a whole tenant or function has to wait, the search goes on behind it, however much it has in the queue.
final class QueueSearch {
    private static final String FUNCTION = "coalesce(function_name, '')";
    private static final String COLUMNS = "id, cancel_requested, tenant, " + FUNCTION
            + ", (select concurrency from function where function.tenant = execution.tenant and function.name = function_name)";

    private final Handle handle;
    private final Requirements.Condition met;
    private final SkippedExecutions skipped;
    private final FunctionPlaces places;
    private final String lock;
    private final long now = System.currentTimeMillis();

    /// @param offers what can be run
    /// @param lock behind the query
    QueueSearch(Handle handle, Map<String, Limits> offers, SkippedExecutions skipped, FunctionPlaces places, String lock) {
        this.handle = handle;
        this.met = Requirements.met(offers);
        this.skipped = skipped;
        this.places = places;
        this.lock = lock;
    }

    /// @param function empty where it runs none
    /// @param concurrency the function's
    record Due(String id, boolean cancelRequested, String tenant, String function, OptionalInt concurrency) {
        private static Due of(ResultSet row) throws SQLException {
            int most = row.getInt(5);
            OptionalInt concurrency = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(most);
            return new Due(row.getString(1), row.getInt(2) == 1, row.getString(3), row.getString(4), concurrency);
        }
    }

    Optional<Due> next(ClaimTurns turns) {
        places.look();
        Optional<Due> next = behind(turns.tenant(), turns);
        if (next.isEmpty() && !turns.tenant().isEmpty()) {
            next = behind("", turns);
        }
        return next.or(this::toEnd);
    }

    long now() {
        return now;
    }

    private Optional<Due> behind(String lastTenant, ClaimTurns turns) {
        Optional<Due> first = find("tenant > :tenant", lastTenant, "");
        while (first.isPresent()) {
            String tenant = first.get().tenant();
            Optional<Due> found = skipped.tenants().contains(tenant) ? Optional.empty() : ofTenant(first.get(), turns.function(tenant));
            if (found.isPresent()) {
                return found;
            }
            first = find("tenant > :tenant", tenant, "");
        }
        return Optional.empty();
    }

    private Optional<Due> ofTenant(Due first, Optional<String> lastFunction) {
        Optional<Due> next = lastFunction.isEmpty() ? Optional.empty() : free(ofTenantBehind(first.tenant(), lastFunction.get()));
        return next.isPresent() ? next : free(Optional.of(first));
    }

    private Optional<Due> ofTenantBehind(String tenant, String function) {
        return find("tenant = :tenant and " + FUNCTION + " > :function", tenant, function);
    }

    private Optional<Due> free(Optional<Due> first) {
        Optional<Due> due = first;
        while (due.isPresent() && places.isFull(new FunctionPlaces.Name(due.get().tenant(), due.get().function()), due.get().concurrency())) {
            due = ofTenantBehind(due.get().tenant(), due.get().function());
        }
        return due;
    }

    /// What is only to be ended can be ended by everybody.
    private Optional<Due> find(String position, String tenant, String function) {
        List<String> left = List.copyOf(skipped.ids());
        var query = handle.createQuery("select " + COLUMNS + " from execution where state = 'queued' and not_before <= :now and " + position
                        + " and (cancel_requested = 1 or (" + met.sql() + (left.isEmpty() ? "" : " and id not in (<left>)") + ")) order by tenant, " + FUNCTION + ", id limit 1 " + lock)
                .bindMap(met.values()).bind("now", now).bind("tenant", tenant).bind("function", function);
        return (left.isEmpty() ? query : query.bindList("left", left)).map((row, context) -> Due.of(row)).findOne();
    }

    /// One that is only to be ended, behind others that have to wait.
    private Optional<Due> toEnd() {
        return handle.createQuery("select " + COLUMNS + " from execution where state = 'queued' and cancel_requested = 1 and not_before <= :now order by id limit 1 " + lock)
                .bind("now", now).map((row, context) -> Due.of(row)).findOne();
    }
}
