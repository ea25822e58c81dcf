package dev.mayfly.load;

import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.ServiceClient;
import dev.mayfly.testing.Swarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What three nodes of a swarm execute in a second, through one entrance, of what one does: each node with replicas has
/// the same share of this machine. Then one of them is lost.
public final class SwarmRate {
    private static final String PROGRAM = "{\"runtime\": \"python\", \"code\": \"print(1)\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String SLOW = "{\"runtime\": \"python\", \"limits\": {\"wallTimeMs\": 60000}, \"code\": \"import time; time.sleep(20); print(%d)\"}";
    private static final Duration WARM_UP = Duration.ofSeconds(150);
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);
    private static final int NODES = 3;
    private static final int CALLERS = 12;
    private static final int ENOUGH = 28; // tenths

    private SwarmRate() {}

    /// Arguments: measurements of each, seconds of each measurement, and the CPUs that each node has.
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        String share = arguments[2];
        List<Double> one = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        Duration takenOver;
        // Node 1 is the manager and the entrance, with database and Prometheus; its share is what is left.
        try (var swarm = new Swarm(List.of("", share, share, share), List.of("MAYFLY_POOL_MEMORY_MIB=4096", "MAYFLY_POOL_CAPACITY=16", "MAYFLY_POOL_MAX_WARM=6", "MAYFLY_ASYNC_SLOTS=12"))) {
            // On cgroup v1 no group may have a larger share than the one above it.
            swarm.changeImage("share", """
                    RUN for file in /opt/mayfly/runtimes/*/runtime.yaml; do \\
                      if grep -q ^limits: $file; then sed -i 's/^limits: {/&default: {cpus: %1$s}, /' $file; else echo 'limits: {default: {cpus: %1$s}}' >> $file; fi; \\
                    done""".formatted(share));
            swarm.form(2, 3, 4);
            String key = swarm.stack("keys", "create", "--tenant", "acme", "--scope", "execute,read,admin");
            swarm.stack("up", "1");
            swarm.keepOffTheManager();
            try (ServiceClient client = swarm.client(1, key)) {
                scale(swarm, client, NODES);
                measure(client, rounds, time, all);
                scale(swarm, client, 1);
                measure(client, rounds, time, one);
                scale(swarm, client, NODES);
                measure(client, rounds, time, all);
                System.out.printf("one: %s, all: %s%n", one, all);
                takenOver = takenOver(swarm, client);
            }
        }
        double ratio = median(all) / median(one);
        System.out.printf("| what | figure |%n|---|---|%n| nodes, of %s CPU each | %d |%n", share, NODES);
        System.out.printf("| executions a second, one replica on one node, median | %.1f %s |%n", median(one), one);
        System.out.printf("| the same, one on each of %d | %.1f %s |%n| ratio | %.2f |%n", NODES, median(all), all, ratio);
        System.out.printf("| a node's cable pulled → the last of its asynchronous executions begun elsewhere | %.1f s |%n", takenOver.toMillis() / 1000.0);
        System.exit(ratio * 10 >= ENOUGH && takenOver.compareTo(TAKEN_OVER) <= 0 ? 0 : 1);
    }

    /// Then a load for as long as a JVM on such a share needs to compile what it runs.
    private static void scale(Swarm swarm, ServiceClient client, int replicas) throws Exception {
        swarm.scale(replicas);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.replicas() == replicas);
        count(client, WARM_UP);
    }

    private static void measure(ServiceClient client, int rounds, Duration time, List<Double> rates) throws Exception {
        for (int round = 0; round < rounds; round++) {
            rates.add(count(client, time) / (double) time.toSeconds());
        }
    }

    private static long count(ServiceClient client, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        long executed = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.add(threads.submit(() -> {
                    long own = 0;
                    for (; System.nanoTime() < end; own++) {
                        ServiceClient.assertPrinted(client.execute(PROGRAM), 1);
                    }
                    return own;
                }));
            }
            for (Future<Long> caller : callers) {
                executed += caller.get();
            }
        }
        return executed;
    }

    private static Duration takenOver(Swarm swarm, ServiceClient client) throws Exception {
        List<String> accepted = client.accept(CALLERS, SLOW);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.running() == CALLERS);
        Instant pulled = Instant.now();
        swarm.nodes("unplug", String.valueOf(NODES + 1));
        return client.awaitPrinted(accepted).stream().filter(result -> result.path("attempts").asInt() > 1)
                .map(result -> Duration.between(pulled, Instant.parse(result.path("startedAt").asText()))).max(Duration::compareTo).orElseThrow();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
