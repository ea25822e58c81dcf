package dev.mayfly.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettings;
import dev.mayfly.async.State;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.AsyncSubmission;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;

/// One replica of asynchronous executions over an engine in memory, as a process of its own. `Upgrade` compiles it
/// against the earlier release, too, so that it may use only what both have.
///
/// A line of its input is `accept NUMBER JSON`, which is answered with `accepted NUMBER ID`, or `result NUMBER ID`,
/// answered with `result NUMBER OUTCOME STDOUT`, with a `,` for each end of a line. The end of its input ends it in an
/// orderly way.
public final class UpgradeReplica {
    private static final String TENANT = "acme";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private UpgradeReplica() {}

    /// Arguments: the database's URL, the replica's name, and how many executions it runs at the same time.
    public static void main(String[] args) throws Exception {
        var settings = new AsyncSettings(args[1], Integer.parseInt(args[2]), 100_000, 1L << 40, 0, Duration.ofHours(1), Duration.ofSeconds(3), 3);
        try (var service = new FakeService(Quotas.none());
                Database database = Database.open(new DatabaseSettings(args[0], "", ""));
                var executions = AsyncExecutions.open(database, (handle, ended) -> {}, service.dispatcher(), new HeapBudget(PATIENCE), settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            say("ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 3);
                var _ = threads.submit(() -> {
                    try {
                        say(words[0].equals("accept") ? accept(executions, words[1], words[2]) : result(executions, words[1], words[2]));
                    } catch (Exception e) {
                        say("refused " + words[1] + " " + e);
                    }
                });
            }
            threads.shutdownNow();
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static String accept(AsyncExecutions executions, String number, String json) throws Exception {
        var kept = AsyncSubmission.read(json.getBytes(UTF_8), ExecutionId.next(), TENANT);
        return "accepted %s %s".formatted(number, executions.accept(kept, Optional.of("key-" + number)).id());
    }

    private static String result(AsyncExecutions executions, String number, String id) throws Exception {
        var ended = executions.awaitEnd(TENANT, id, PATIENCE);
        if (ended.isEmpty() || ended.get().state() != State.FINISHED) {
            return "result %s missing %s".formatted(number, ended);
        }
        var result = executions.result(TENANT, id).orElseThrow();
        return "result %s %s %s".formatted(number, result.kind(), String.valueOf(result.stdout()).replace("\n", ","));
    }
}
