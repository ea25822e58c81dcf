package dev.mayfly.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.PostgresCluster;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Asynchronous executions while their service is killed (`kill -9`) and its database restarts, again and again: each
/// accepted one ends with one outcome, the right one, with all of its output; and who follows one sees each event
/// once.
public final class AsyncKills implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLIENTS = 8;
    private static final int LINES = 40;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);
    private static final long PAUSE_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofHours(2);

    /// @param replicas of the service; with one of them the store is SQLite, unless there are to be database restarts
    /// @param kills of random replicas
    /// @param databaseRestarts of PostgreSQL, in turn orderly and as after a loss of power
    public record Plan(int executions, int replicas, int kills, int databaseRestarts, long seed) {
        boolean postgres() {
            return replicas > 1 || databaseRestarts > 0;
        }
    }

    /// What came of it.
    ///
    /// @param attempts of all executions together
    public record Report(Plan plan, int accepted, int twice, List<String> wrong, List<String> unknown, List<String> streams, int followed, int attempts, Duration took) {
        public String table() {
            return """
                    | what | count |
                    |---|---|
                    | asynchronous executions sent, each under a key of its own until it was accepted | %d |
                    | replicas, on %s | %d |
                    | replicas killed (kill -9) / restarts of the database | %d / %d |
                    | accepted ids | %d |
                    | keys with more than one id | %d |
                    | ids unknown, or without an outcome | %d |
                    | outcomes or outputs that are not right | %d |
                    | streams followed across all of it / with a gap, a duplicate, or another end than the result | %d / %d |
                    | attempts, all executions together | %d |
                    | executions a second, faults included | %.1f |
                    """.formatted(plan.executions(), plan.postgres() ? "PostgreSQL" : "SQLite", plan.replicas(), plan.kills(), plan.databaseRestarts(), accepted, twice,
                    unknown.size(), wrong.size(), followed, streams.size(), attempts, plan.executions() * 1e9 / took.toNanos());
        }

        public boolean isRight() {
            return accepted == plan.executions() && twice == 0 && wrong.isEmpty() && unknown.isEmpty() && streams.isEmpty();
        }
    }

    private final Plan plan;
    private final @Nullable PostgresCluster cluster;
    private final AtomicReferenceArray<ServiceProcess> services;
    private final List<Path> folders = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(REQUEST_TIMEOUT).build();
    private final Map<Integer, String> ids = new ConcurrentHashMap<>();
    private final AtomicInteger twice = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> streams = new ConcurrentLinkedQueue<>();

    public AsyncKills(Plan plan) throws IOException, InterruptedException {
        this.plan = plan;
        cluster = plan.postgres() ? new PostgresCluster() : null;
        services = new AtomicReferenceArray<>(plan.replicas());
        for (int replica = 0; replica < plan.replicas(); replica++) {
            folders.add(ServiceProcess.lockFolder());
            start(replica);
        }
    }

    private void start(int replica) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("MAYFLY_ASYNC_REPLICA", "replica-" + replica));
        if (cluster != null) {
            environment.put("MAYFLY_STORE_URL", cluster.url());
        }
        services.set(replica, new ServiceProcess("test-async-" + replica, folders.get(replica), environment));
    }

    public Report run() throws Exception {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).awaitReady();
        }
        long begun = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = IntStream.range(0, CLIENTS).<Future<?>>mapToObj(client -> threads.submit(() -> send(client))).toList();
            int followers = Math.min(20, plan.executions() / 10);
            List<Future<?>> following = IntStream.range(0, followers).<Future<?>>mapToObj(follower -> threads.submit(() -> follow(follower * 7))).toList();
            Future<?> faults = threads.submit(this::fault);
            for (Future<?> client : clients) {
                client.get();
            }
            faults.get();
            return check(followers, following, begun);
        }
    }

    // ---- the client, who gives up on no request

    private Void send(int client) throws InterruptedException {
        for (int number = client; number < plan.executions(); number += CLIENTS) {
            String id = accept(number);
            ids.put(number, id);
            if (number % 10 == 0 && !accept(number).equals(id)) { // as if the answer had been lost
                twice.incrementAndGet();
            }
        }
        return null;
    }

    private String accept(int number) throws InterruptedException {
        String body = "{\"runtime\":\"python\",\"code\":\"import time\\nfor i in range(%d): print(%d, i, flush=i %% 10 == 0)\\ntime.sleep(%s)\",\"labels\":{\"number\":\"%d\"}}"
                .formatted(LINES, number, number % 5 == 0 ? "0.3" : "0", number);
        while (true) {
            var answer = ask("POST", "/v1/executions", Map.of("Prefer", "respond-async", "Idempotency-Key", "key-" + number), body);
            // 200: an earlier try was accepted, and has ended
            if (answer != null && (answer.statusCode() == 202 || answer.statusCode() == 200)) {
                try {
                    return JSON.readTree(answer.body()).path("id").asText();
                } catch (IOException e) {
                    throw new IllegalStateException(answer.body(), e);
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /// Of any replica; null when there was no answer.
    private @Nullable HttpResponse<String> ask(String method, String path, Map<String, String> headers, String body) throws InterruptedException {
        return ask(ThreadLocalRandom.current().nextInt(plan.replicas()), method, path, headers, body);
    }

    private @Nullable HttpResponse<String> ask(int replica, String method, String path, Map<String, String> headers, String body) throws InterruptedException {
        URI url = services.get(replica).url().resolve(path);
        var request = HttpRequest.newBuilder(url).timeout(REQUEST_TIMEOUT)
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        }
    }

    // ---- the follower, who goes on where its stream broke

    private Void follow(int number) throws InterruptedException {
        while (!ids.containsKey(number)) {
            Thread.sleep(PAUSE_MILLIS);
        }
        String id = ids.get(number);
        var seen = new Seen(number);
        while (!seen.ended) {
            URI url = services.get(ThreadLocalRandom.current().nextInt(plan.replicas())).url().resolve("/v1/executions/" + id + "/events");
            var request = HttpRequest.newBuilder(url).header("Accept", "text/event-stream");
            if (seen.last >= 0) {
                request.header("Last-Event-ID", String.valueOf(seen.last));
            }
            try {
                var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
                if (answer.statusCode() == 200) {
                    answer.body().forEach(seen::line);
                }
            } catch (IOException | RuntimeException e) {
                seen.forgetHalf(); // the connection broke
            }
            if (!seen.ended) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        seen.fault().ifPresent(streams::add);
        return null;
    }

    /// What one follower has got, over all of its connections.
    private static final class Seen {
        private final int number;
        private final StringBuilder output = new StringBuilder();
        private long last = -1;
        private boolean ended;
        private String gap = "";
        private long id = -1;
        private String name = "";
        private String data = "";

        Seen(int number) {
            this.number = number;
        }

        void line(String line) {
            if (line.startsWith("id:")) {
                id = Long.parseLong(line.substring(3));
            } else if (line.startsWith("event:")) {
                name = line.substring(6);
            } else if (line.startsWith("data:")) {
                data = line.substring(5);
            } else if (line.isEmpty() && id >= 0) {
                event();
                forgetHalf();
            }
        }

        void forgetHalf() {
            id = -1;
        }

        private void event() {
            if (ended || id <= last || (!name.equals("started") && id != last + 1)) {
                gap = "execution %d: event %d %s behind %d".formatted(number, id, name, last);
            }
            last = id;
            try {
                switch (name) {
                    case "started" -> output.setLength(0);
                    case "stdout" -> output.append(JSON.readTree(data).path("data").asText());
                    case "outcome" -> ended = true;
                    default -> gap = "execution %d: event %s".formatted(number, name);
                }
            } catch (IOException e) {
                gap = "execution %d: %s".formatted(number, data);
            }
        }

        java.util.Optional<String> fault() {
            if (!gap.isEmpty()) {
                return java.util.Optional.of(gap);
            }
            return output.toString().equals(expected(number)) ? java.util.Optional.empty() : java.util.Optional.of("execution %d: %s".formatted(number, output));
        }
    }

    private static String expected(int number) {
        var lines = new StringBuilder();
        for (int line = 0; line < LINES; line++) {
            lines.append(number).append(' ').append(line).append('\n');
        }
        return lines.toString();
    }

    // ---- what goes wrong

    /// Spread over the time in which executions end.
    private Void fault() throws Exception {
        var random = new Random(plan.seed());
        int faults = plan.kills() + plan.databaseRestarts();
        int restartEvery = plan.databaseRestarts() == 0 ? Integer.MAX_VALUE : faults / plan.databaseRestarts();
        int restarts = 0;
        for (int fault = 0; fault < faults; fault++) {
            int until = (int) ((fault + 0.5) * plan.executions() / faults);
            while (finished() < until) {
                Thread.sleep(PAUSE_MILLIS);
            }
            Thread.sleep(random.nextInt(1000));
            if (fault % restartEvery == restartEvery - 1 && restarts < plan.databaseRestarts()) {
                restart(restarts++);
            } else {
                int replica = random.nextInt(plan.replicas());
                services.get(replica).kill();
                Thread.sleep(random.nextInt(2000));
                start(replica);
            }
        }
        return null;
    }

    @SuppressWarnings("NullAway") // there are restarts only where there is a cluster
    private void restart(int number) throws IOException, InterruptedException {
        if (number % 2 == 0) {
            cluster.kill();
        } else {
            cluster.stop();
        }
        Thread.sleep(500);
        cluster.start();
    }

    /// At least so many: of the replicas that answer, the longest queue counts, and all that they run.
    private int finished() throws InterruptedException {
        double queued = Double.POSITIVE_INFINITY;
        double running = 0;
        for (int replica = 0; replica < plan.replicas(); replica++) {
            var metrics = ask(replica, "GET", "/metrics", Map.of(), "");
            // else it has no store yet
            if (metrics != null && metrics.statusCode() == 200 && metrics.body().contains("\nmayfly_async_queued ")) {
                double its = gauge(metrics.body(), "mayfly_async_queued ");
                queued = queued == Double.POSITIVE_INFINITY ? its : Math.max(queued, its);
                running += gauge(metrics.body(), "mayfly_async_running ");
            }
        }
        return (int) Math.max(0, ids.size() - queued - running);
    }

    private static double gauge(String metrics, String name) {
        return metrics.lines().filter(line -> line.startsWith(name)).mapToDouble(line -> Double.parseDouble(line.substring(name.length()))).sum();
    }

    // ---- what came of it

    private Report check(int followers, List<Future<?>> following, long begun) throws Exception {
        List<String> wrong = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        int attempts = 0;
        long until = begun + PATIENCE.toNanos();
        for (var entry : ids.entrySet()) {
            JsonNode result = result(entry.getValue(), until);
            if (!result.path("state").asText().equals("finished")) {
                unknown.add(entry.getValue());
            } else if (!result.path("outcome").path("kind").asText().equals("exited") || !result.path("stdout").asText().equals(expected(entry.getKey()))) {
                wrong.add(result.toString());
            }
            attempts += result.path("attempts").asInt();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        for (Future<?> follower : following) {
            follower.get();
        }
        return new Report(plan, ids.size(), twice.get(), wrong, unknown, List.copyOf(streams), followers, attempts, took);
    }

    private JsonNode result(String id, long until) throws Exception {
        while (true) {
            var answer = ask("GET", "/v1/executions/" + id, Map.of(), "");
            if (answer != null && (answer.statusCode() == 200 || answer.statusCode() == 404)) {
                JsonNode result = JSON.readTree(answer.body());
                if (answer.statusCode() == 404 || result.path("state").asText().equals("finished") || System.nanoTime() > until) {
                    return result;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    @Override
    public void close() throws Exception {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /// Arguments: executions, replicas, kills, restarts of the database, seed.
    public static void main(String[] args) throws Exception {
        var plan = new Plan(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]),
                args.length > 4 ? Long.parseLong(args[4]) : 1);
        Report report;
        try (var run = new AsyncKills(plan)) {
            report = run.run();
        }
        System.out.printf(Locale.ROOT, "%s%n", report.table());
        report.wrong().stream().limit(5).forEach(System.out::println);
        report.unknown().stream().limit(5).forEach(System.out::println);
        report.streams().stream().limit(5).forEach(System.out::println);
        System.exit(report.isRight() ? 0 : 1);
    }
}
