package dev.mayfly.async;

import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.sandbox.Limits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/// Looks for what comes next in the queue, within one transaction: the oldest execution of the function whose turn it
/// is, of the tenant whose turn it is. Each turn goes to the next in the alphabet that has any, or else to the first.
///
/// Where a whole tenant or function has to wait, the search goes on behind it, however much it has in the queue.
final class QueueSearch {
    private static final String FUNCTION = "coalesce(function_name, '')";
    private static final String QUEUED = "select id, cancel_requested, tenant, " + FUNCTION
            + ", (select concurrency from function where function.tenant = execution.tenant and function.name = function_name)"
            + " from execution where state = 'queued' and not_before <= :now and ";

    private final Handle handle;
    private final Requirements.Condition met;
    private final SkippedExecutions skipped;
    private final Predicate<Due> hasToWait;
    private final String lock;
    private final long now = System.currentTimeMillis();

    private QueueSearch(Handle handle, Map<String, Limits> offers, SkippedExecutions skipped, Predicate<Due> hasToWait, String lock) {
        this.handle = handle;
        this.met = Requirements.met(offers);
        this.skipped = skipped;
        this.hasToWait = hasToWait;
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

        private FunctionPlaces.Name name() {
            return new FunctionPlaces.Name(tenant, function);
        }
    }

    /// What is to be claimed next.
    ///
    /// @param offers what can be run
    /// @param places of the functions; they learn which of them the queue waits for
    /// @param lock behind the query, so that no other replica has it; may be empty
    static Optional<Due> toClaim(Handle handle, Map<String, Limits> offers, SkippedExecutions skipped, FunctionPlaces places, ClaimTurns turns, String lock) {
        places.look();
        Predicate<Due> hasToWait = due -> {
            boolean full = places.isFull(due.name(), due.concurrency());
            if (full) {
                places.queued(due.name());
            }
            return full;
        };
        Optional<Due> found = new QueueSearch(handle, offers, skipped, hasToWait, lock).next(turns);
        if (found.isEmpty()) {
            places.lookedThrough();
        }
        return found;
    }

    /// Whether there is anything to claim.
    static boolean isAnyDue(Handle handle, Map<String, Limits> offers, SkippedExecutions skipped, FunctionPlaces places) {
        return new QueueSearch(handle, offers, skipped, due -> places.isFull(due.name(), due.concurrency()), "").next(new ClaimTurns()).isPresent();
    }

    private Optional<Due> next(ClaimTurns turns) {
        Optional<Due> toEnd = toEnd();
        if (toEnd.isPresent()) {
            return toEnd;
        }
        Optional<Due> next = next(turns, turns.tenant(), "tenant > :tenant", "");
        return next.isPresent() || turns.tenant().isEmpty() ? next : next(turns, "", "tenant > :tenant and tenant <= :last", turns.tenant());
    }

    private Optional<Due> next(ClaimTurns turns, String behind, String position, String last) {
        Optional<Due> first = find(position, behind, "", last);
        while (first.isPresent()) {
            String tenant = first.get().tenant();
            Optional<Due> found = skipped.tenants().contains(tenant) ? Optional.empty() : ofTenant(first.get(), turns.function(tenant));
            if (found.isPresent()) {
                return found;
            }
            first = find(position, tenant, "", last);
        }
        return Optional.empty();
    }

    private Optional<Due> ofTenant(Due first, Optional<String> lastFunction) {
        Optional<Due> next = lastFunction.isEmpty() ? Optional.empty() : free(behind(first.tenant(), lastFunction.get()));
        return next.isPresent() ? next : free(Optional.of(first));
    }

    private Optional<Due> behind(String tenant, String function) {
        return find("tenant = :tenant and " + FUNCTION + " > :function", tenant, function, "");
    }

    /// The first of a function that does not have to wait, and that no other replica is claiming.
    private Optional<Due> free(Optional<Due> first) {
        for (Optional<Due> due = first; due.isPresent(); due = behind(due.get().tenant(), due.get().function())) {
            Optional<Due> locked = hasToWait.test(due.get()) ? Optional.empty() : locked(due.get());
            if (locked.isPresent()) {
                return locked;
            }
        }
        return Optional.empty();
    }

    private Optional<Due> locked(Due due) {
        return lock.isEmpty() ? Optional.of(due) : find("tenant = :tenant and " + FUNCTION + " = :function", due.tenant(), due.function(), "", lock);
    }

    private Optional<Due> find(String position, String tenant, String function, String last) {
        return find(position, tenant, function, last, "");
    }

    private Optional<Due> find(String position, String tenant, String function, String last, String ending) {
        List<String> left = List.copyOf(skipped.ids());
        var query = handle.createQuery(QUEUED + position + " and " + met.sql() + (left.isEmpty() ? "" : " and id not in (<left>)") + " order by tenant, " + FUNCTION + ", id limit 1 " + ending)
                .bindMap(met.values()).bind("now", now).bind("tenant", tenant).bind("function", function).bind("last", last);
        return (left.isEmpty() ? query : query.bindList("left", left)).map((row, context) -> Due.of(row)).findOne();
    }

    /// What is only to be ended can be ended by everybody.
    private Optional<Due> toEnd() {
        return handle.createQuery(QUEUED + "cancel_requested = 1 order by id limit 1 " + lock).bind("now", now).map((row, context) -> Due.of(row)).findOne();
    }
}
