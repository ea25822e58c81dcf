package dev.mayfly.async;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Counts a function's executions. Thread-safe.
final class ActivityQueries {
    private static final int MOST_LOOKED_AT = 10_000;
    private static final String SUCCESS = "{\"kind\":\"exited\",\"exitCode\":0}";

    private final Database database;

    ActivityQueries(Database database) {
        this.database = database;
    }

    private record Ended(String id, String outcome, boolean succeeded, long millis) {}

    /// For each window, from now back.
    List<FunctionActivity> of(String tenant, String function, List<Duration> windows) throws StoreException {
        Instant now = Instant.now();
        Duration longest = windows.stream().max(Duration::compareTo).orElseThrow();
        List<Ended> newest = newest(tenant, function, ExecutionId.first(now.minus(longest)));
        List<FunctionActivity> activity = new ArrayList<>();
        for (Duration window : windows) {
            String from = ExecutionId.first(now.minus(window));
            activity.add(of(count(tenant, function, from), newest.stream().filter(ended -> ended.id().compareTo(from) >= 0).toList()));
        }
        return activity;
    }

    private List<Ended> newest(String tenant, String function, String from) throws StoreException {
        return database.read(handle -> handle.createQuery("""
                        select id, outcome, outcome_detail, finished_at - accepted_at from execution
                        where tenant = :tenant and function_name = :function and id >= :from and state = 'finished' order by id desc limit :most""")
                .bind("tenant", tenant).bind("function", function).bind("from", from).bind("most", MOST_LOOKED_AT)
                .map((row, context) -> new Ended(row.getString(1), row.getString(2), SUCCESS.equals(row.getString(3)), row.getLong(4)))
                .list());
    }

    private long count(String tenant, String function, String from) throws StoreException {
        return database.read(handle -> handle.createQuery("select count(*) from execution where tenant = :tenant and function_name = :function and id >= :from")
                .bind("tenant", tenant).bind("function", function).bind("from", from).mapTo(Long.class).one());
    }

    private static FunctionActivity of(long executions, List<Ended> ended) {
        Map<String, Long> outcomes = ended.stream().collect(Collectors.groupingBy(Ended::outcome, TreeMap::new, Collectors.counting()));
        long[] millis = ended.stream().mapToLong(Ended::millis).sorted().toArray();
        Optional<FunctionActivity.Latency> latency = millis.length == 0
                ? Optional.empty()
                : Optional.of(new FunctionActivity.Latency(percentile(millis, 50), percentile(millis, 95), millis[millis.length - 1]));
        return new FunctionActivity(executions, outcomes, ended.stream().filter(Ended::succeeded).count(), latency);
    }

    /// The lowest value that so many of a hundred are not above.
    private static long percentile(long[] sorted, int percent) {
        return sorted[Math.max(0, (sorted.length * percent + 99) / 100 - 1)];
    }
}
