package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads what is kept about executions. Thread-safe.
final class ExecutionQueries {
    private static final int SEGMENTS_AT_ONCE = 4;
    private static final int MOST_COUNTED = 1000;
    private static final String COLUMNS =
            "id, execution.tenant, state, begun, accepted_at, started_at, finished_at, outcome, outcome_detail, batch_id, labels, " + InvocationColumns.NAMES;

    private final Database database;

    ExecutionQueries(Database database) {
        this.database = database;
    }

    Optional<StoredExecution> find(String tenant, String id) throws StoreException {
        return database.read(handle -> handle.createQuery("select " + COLUMNS + " from execution where id = :id and tenant = :tenant")
                .bind("id", id)
                .bind("tenant", tenant)
                .map((row, context) -> execution(row))
                .findOne());
    }

    /// With labels and no batch, from the rarest label's index, which is in the order of ids too.
    List<StoredExecution> list(String tenant, ExecutionFilter filter) throws StoreException {
        boolean labelled = !filter.labels().isEmpty() && filter.batchId().isEmpty();
        String key = labelled ? "l0.execution_id" : "execution.id";
        var from = new ArrayList<String>();
        var where = new ArrayList<String>(List.of("execution.tenant = :tenant"));
        var values = new LinkedHashMap<String, Object>(Map.of("tenant", tenant));
        for (var label : rarestFirst(tenant, filter.labels())) {
            int number = from.size();
            from.add("execution_label l%d".formatted(number));
            where.add("l%1$d.tenant = :tenant and l%1$d.name = :name%1$d and l%1$d.value = :value%1$d and l%1$d.execution_id = %2$s"
                    .formatted(number, number == 0 ? "execution.id" : key));
            values.put("name" + number, label.getKey());
            values.put("value" + number, label.getValue());
        }
        from.add(labelled ? from.size() : 0, "execution"); // SQLite joins in this order
        filter.before().ifPresent(before -> {
            where.add(key + " < :before");
            values.put("before", before);
        });
        filter.state().ifPresent(state -> {
            where.add("state = :state");
            values.put("state", state.wireName());
        });
        filter.batchId().ifPresent(batch -> {
            where.add("batch_id = :batch");
            values.put("batch", batch);
        });
        filter.function().ifPresent(function -> {
            where.add("function_name = :function");
            values.put("function", function);
        });
        filter.acceptedFrom().ifPresent(time -> {
            where.add("accepted_at >= :from");
            values.put("from", time.toEpochMilli());
        });
        filter.acceptedUntil().ifPresent(time -> {
            where.add("accepted_at < :until");
            values.put("until", time.toEpochMilli());
        });
        String query = "select %s from %s where %s order by %s desc limit :limit"
                .formatted(COLUMNS, String.join(" cross join ", from), String.join(" and ", where), key);
        return database.read(handle -> handle.createQuery(query)
                .bindMap(values)
                .bind("limit", filter.limit())
                .map((row, context) -> execution(row))
                .list());
    }

    private List<Map.Entry<String, String>> rarestFirst(String tenant, Map<String, String> labels) throws StoreException {
        if (labels.size() < 2) {
            return List.copyOf(labels.entrySet());
        }
        var counts = new TreeMap<Long, List<Map.Entry<String, String>>>();
        for (var label : labels.entrySet()) {
            long count = database.read(handle -> handle.createQuery("""
                            select count(*) from
                            (select 1 from execution_label where tenant = :tenant and name = :name and value = :value limit :most) as counted""")
                    .bind("tenant", tenant)
                    .bind("name", label.getKey())
                    .bind("value", label.getValue())
                    .bind("most", MOST_COUNTED)
                    .mapTo(Long.class)
                    .one());
            counts.computeIfAbsent(count, same -> new ArrayList<>()).add(label);
        }
        return counts.values().stream().flatMap(List::stream).toList();
    }

    Optional<StoredBatch> batch(String tenant, String id) throws StoreException {
        return database.read(handle -> handle.createQuery(
                        "select id, size, unfinished, accepted_at, finished_at, answer from batch where id = :id and tenant = :tenant")
                .bind("id", id)
                .bind("tenant", tenant)
                .map((row, context) -> new StoredBatch(row.getString(1), row.getInt(2), row.getInt(3), Instant.ofEpochMilli(row.getLong(4)),
                        instant(row, "finished_at"), row.getBytes(6)))
                .findOne());
    }

    /// How much room its events take.
    long storedBytes(String id) throws StoreException {
        return database.read(handle -> handle.createQuery("select coalesce(sum(length(body)), 0) from segment where execution_id = :id")
                .bind("id", id).mapTo(Long.class).one());
    }

    /// The next events behind one; empty when there are none yet.
    List<EventLine> events(String id, long after) throws StoreException {
        List<byte[]> segments = database.read(handle -> handle.createQuery(
                        "select body from segment where execution_id = :id and last_event > :after order by last_event limit :limit")
                .bind("id", id)
                .bind("after", after)
                .bind("limit", SEGMENTS_AT_ONCE)
                .mapTo(byte[].class)
                .list());
        List<EventLine> events = new ArrayList<>(segments.stream().flatMap(body -> Segment.events(body).stream()).filter(event -> event.id() > after).toList());
        if (!events.isEmpty() && events.getLast().isLast()) {
            EventLine last = events.removeLast();
            events.add(addedResult(id).map(more -> StoredResult.whole(last, more)).orElse(last));
        }
        return events;
    }

    private Optional<String> addedResult(String id) throws StoreException {
        return database.read(handle -> handle.createQuery("select result_more from execution where id = :id and result_more is not null")
                .bind("id", id).mapTo(String.class).findOne());
    }

    long queued() throws StoreException {
        return database.read(handle -> handle.createQuery("select count(*) from execution where state = 'queued'").mapTo(Long.class).one());
    }

    /// How many of these functions' executions wait.
    long queued(Set<FunctionPlaces.Name> functions) throws StoreException {
        return database.read(handle -> functions.stream().mapToLong(name -> handle
                .createQuery("select count(*) from execution where state = 'queued' and tenant = :tenant and coalesce(function_name, '') = :function")
                .bind("tenant", name.tenant()).bind("function", name.function()).mapTo(Long.class).one()).sum());
    }

    /// Whether any that waits may be begun now by a replica that can run so much.
    ///
    /// @param skipped which it does not begin
    /// @param places of functions that may have to wait
    boolean anyDue(Map<String, Limits> offers, SkippedExecutions skipped, FunctionPlaces places) throws StoreException {
        return database.read(handle -> QueueSearch.isAnyDue(handle, offers, skipped, places));
    }

    /// How many of those that wait cannot be run by a replica that can run so much.
    long unmet(Map<String, Limits> offers) throws StoreException {
        Requirements.Condition met = Requirements.met(offers);
        return database.read(handle -> handle.createQuery("select count(*) from execution where state = 'queued' and not (" + met.sql() + ")")
                .bindMap(met.values()).mapTo(Long.class).one());
    }

    /// The tenants of whose so many wait, or more.
    Set<String> tenantsWithQueued(long atLeast) throws StoreException {
        return database.read(handle -> handle.createQuery("select tenant from execution where state = 'queued' group by tenant having count(*) >= :least")
                .bind("least", atLeast)
                .mapTo(String.class)
                .set());
    }

    private static StoredExecution execution(ResultSet row) throws SQLException {
        return new StoredExecution(
                row.getString("id"),
                row.getString("tenant"),
                State.of(row.getString("state")),
                row.getInt("begun"),
                Instant.ofEpochMilli(row.getLong("accepted_at")),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                Optional.ofNullable(row.getString("outcome")),
                evidence(row.getString("outcome"), row.getString("outcome_detail")),
                Optional.ofNullable(row.getString("batch_id")),
                LabelColumn.of(row.getString("labels")),
                InvocationColumns.of(row));
    }

    /// An earlier release has written the kind alone.
    private static Map<String, Object> evidence(@Nullable String kind, @Nullable String detail) {
        try {
            if (detail != null) {
                return StoredSubmission.LENIENT.readValue(detail, new TypeReference<>() {});
            }
            return kind == null ? Map.of() : Map.of("kind", kind);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
