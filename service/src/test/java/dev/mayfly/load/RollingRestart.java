package dev.mayfly.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.EarlierRelease;
import dev.mayfly.testing.PostgresCluster;
import dev.mayfly.testing.Proxy;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.SocketClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Replicas behind HAProxy that are restarted in turn, each by SIGTERM alone, under load of every kind: no request
/// fails, and no program that a caller waits for runs twice. The same holds for an upgrade.
public final class RollingRestart implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXECUTION = Pattern.compile("execution=(\\S+) ");
    private static final Duration USUAL_DELAY = Duration.ofSeconds(3);
    private static final int LINES = 5;
    private static final long PAUSE_MILLIS = 100;
    private static final int MOST_LOOKS = 600;
    private static final int MOST_FAILURES = 100;
    private static final String STREAMED = "import time\\nfor i in range(%d): print(%%d, i, flush=True); time.sleep(0.1)".formatted(LINES);

    /// @param requests to be sent at least
    /// @param rounds in each of which every replica is restarted
    /// @param delay for how long a replica that stops accepts requests; the checks of the proxy must fail within it
    /// @param earlier home of the release that the replicas have at first; where it is empty, this one
    public record Plan(int requests, int replicas, int rounds, Duration delay, Optional<Path> earlier) {}

    /// What came of it.
    ///
    /// @param requests of each kind
    /// @param failed requests, and what they got
    /// @param twice executions of the replicas' logs that nobody got a result of
    public record Report(Plan plan, Map<String, Integer> requests, List<String> failed, Set<String> twice) {
        public String table() {
            return """
                    | what | count |
                    |---|---|
                    | replicas behind HAProxy / restarts of each, by SIGTERM%s | %d / %d |
                    | requests: %s | %,d |
                    | failed requests | %d |
                    | executions without a request | %d |
                    """.formatted(plan.earlier().isPresent() ? ", the first from an earlier release" : "", plan.replicas(), plan.rounds(), requests, sent(), failed.size(), twice.size());
        }

        public int sent() {
            return requests.values().stream().mapToInt(Integer::intValue).sum();
        }

        public boolean isRight() {
            return failed.isEmpty() && twice.isEmpty() && sent() >= plan.requests();
        }
    }

    private interface Request {
        /// Returns the execution's id.
        String send(int number) throws Exception;
    }

    private final Plan plan;
    private final PostgresCluster cluster = new PostgresCluster();
    private final List<Integer> ports;
    private final List<Path> folders = new ArrayList<>();
    private final List<ServiceProcess> services = new ArrayList<>();
    private final List<Path> logs = new ArrayList<>();
    private final Proxy proxy;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
    private volatile boolean restarted;

    public RollingRestart(Plan plan) throws IOException, InterruptedException {
        this.plan = plan;
        Set<Integer> free = new HashSet<>();
        while (free.size() < plan.replicas()) {
            free.add(ServiceProcess.freePort());
        }
        ports = List.copyOf(free);
        for (int replica = 0; replica < plan.replicas(); replica++) {
            folders.add(ServiceProcess.lockFolder());
        }
        proxy = new Proxy(ports);
    }

    private ServiceProcess start(int replica, int round) throws IOException {
        String name = "test-rolling-%d-%d".formatted(replica, round);
        logs.add(Path.of("target/%s.log".formatted(name)));
        Path home = round == 0 ? plan.earlier().orElse(Path.of("")) : Path.of("");
        return ServiceProcess.of(home.toAbsolutePath(), name, folders.get(replica), Map.of(
                "QUARKUS_HTTP_PORT", String.valueOf(ports.get(replica)), "MAYFLY_ASYNC_REPLICA", "replica-" + replica, "MAYFLY_STORE_URL", cluster.url(),
                "MAYFLY_ENGINE", "oci", "MAYFLY_SHUTDOWN_DELAY", plan.delay().toString()));
    }

    public Report run() throws Exception {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.add(start(replica, 0));
        }
        awaitUp();
        require(hasFunctions() == plan.earlier().isEmpty(), "the replicas are not of the release that they should be");
        List<Request> kinds = List.of(this::plain, this::plain, this::streamed, this::interactive, this::asynchronous);
        List<String> names = List.of("plain", "plain", "SSE", "WebSocket", "asynchronous");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = IntStream.range(0, kinds.size()).<Future<?>>mapToObj(kind -> threads.submit(() -> send(names.get(kind), kinds.get(kind)))).toList();
            try {
                for (int round = 1; round <= plan.rounds(); round++) {
                    restartAll(round);
                }
            } finally {
                restarted = true; // or the clients go on for ever
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        require(hasFunctions(), "the replicas are not of this release");
        for (ServiceProcess service : services) {
            service.close();
        }
        return new Report(plan, new HashMap<>(sent), List.copyOf(failed), executed());
    }

    /// Which the earlier release has not.
    private boolean hasFunctions() throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(proxy.url().resolve("/v1/functions")).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    private void awaitUp() {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).awaitReady();
            proxy.awaitUp(replica + 1);
        }
    }

    private void restartAll(int round) throws IOException, InterruptedException {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).terminate();
            services.get(replica).awaitEnd();
            services.set(replica, start(replica, round));
            services.get(replica).awaitReady();
            proxy.awaitUp(replica + 1);
        }
    }

    private void send(String name, Request request) {
        while (!restarted || (next.get() < plan.requests() && failed.size() < MOST_FAILURES)) {
            int number = next.getAndIncrement();
            sent.merge(name, 1, Integer::sum);
            try {
                ids.add(request.send(number));
            } catch (Exception | AssertionError e) {
                failed.add("%s request %d: %s".formatted(name, number, e));
            }
        }
    }

    // ---- the kinds of requests

    private String plain(int number) throws Exception {
        return ended(JSON.readTree(post("application/json", "", "{\"runtime\":\"python\",\"code\":\"print(%d)\"}".formatted(number))), number + "\n");
    }

    /// One whose replica stops is answered with 202, and ends at another one.
    private String asynchronous(int number) throws Exception {
        String body = "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(0.5); print(%d)\"}".formatted(number);
        JsonNode execution = JSON.readTree(post("application/json", "respond-async, wait=60", body));
        for (int look = 0; look < MOST_LOOKS && !execution.path("state").asText().equals("finished"); look++) {
            Thread.sleep(PAUSE_MILLIS);
            execution = JSON.readTree(send(HttpRequest.newBuilder(proxy.url().resolve("/v1/executions/" + execution.path("id").asText()))));
        }
        return ended(execution, number + "\n");
    }

    private String streamed(int number) throws Exception {
        List<String> lines = post("text/event-stream", "", "{\"runtime\":\"python\",\"code\":\"%s\"}".formatted(STREAMED.formatted(number))).lines().toList();
        int outcome = lines.indexOf("event:outcome");
        require(outcome >= 0, String.join("|", lines));
        JsonNode result = JSON.readTree(lines.stream().skip(outcome).filter(line -> line.startsWith("data:")).findFirst().orElseThrow().substring(5));
        var output = new StringBuilder();
        for (int line = 0; line < outcome; line++) {
            if (lines.get(line).equals("event:stdout")) {
                String data = lines.stream().skip(line).filter(each -> each.startsWith("data:")).findFirst().orElseThrow();
                output.append(JSON.readTree(data.substring(5)).path("data").asText());
            }
        }
        require(output.toString().equals(whole(number)), String.join("|", lines));
        return ended(result, result.path("stdout").asText());
    }

    private String interactive(int number) throws Exception {
        try (var socket = new SocketClient(proxy.url())) {
            socket.send("{\"runtime\": \"python\", \"code\": \"import time; print(input()); time.sleep(0.5); print(input())\"}");
            socket.next("started");
            socket.send("{\"stdin\": \"%d\\n\"}".formatted(number));
            socket.outputUntil(number + "\n");
            socket.send("{\"stdin\": \"end\\n\"}");
            socket.outputUntil("end\n");
            JsonNode result = socket.next("outcome");
            return ended(result, result.path("stdout").asText());
        }
    }

    private static String whole(int number) {
        var lines = new StringBuilder();
        for (int line = 0; line < LINES; line++) {
            lines.append(number).append(' ').append(line).append('\n');
        }
        return lines.toString();
    }

    private String post(String accept, String prefer, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(proxy.url().resolve("/v1/executions")).header("Content-Type", "application/json").header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!prefer.isEmpty()) {
            request.header("Prefer", prefer);
        }
        return send(request);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        require(answer.statusCode() == 200 || answer.statusCode() == 202, answer.statusCode() + " " + answer.body());
        return answer.body();
    }

    private static String ended(JsonNode result, String stdout) {
        require(result.path("outcome").path("kind").asText().equals("exited") && result.path("outcome").path("exitCode").asInt(-1) == 0
                && result.path("stdout").asText().equals(stdout), result.toString());
        return result.path("id").asText();
    }

    private static void require(boolean right, String found) {
        if (!right) {
            throw new IllegalStateException(found);
        }
    }

    /// What the replicas ran, and nobody has got.
    private Set<String> executed() throws IOException {
        Set<String> executed = new HashSet<>();
        for (Path log : logs) {
            for (Matcher match = EXECUTION.matcher(Files.readString(log)); match.find(); ) {
                executed.add(match.group(1));
            }
        }
        require(executed.containsAll(ids), "the logs lack executions");
        executed.removeAll(ids);
        return executed;
    }

    @Override
    public void close() throws Exception {
        for (ServiceProcess service : services) {
            service.close();
        }
        proxy.close();
        http.close();
        cluster.close();
    }

    /// Arguments: requests, replicas, rounds, and an empty folder in which the earlier release is built. With the usual delay.
    public static void main(String[] args) throws Exception {
        boolean right;
        Optional<Path> earlier = args.length > 3 ? Optional.of(EarlierRelease.BEFORE_FUNCTIONS.build(Path.of(args[3])).orElseThrow()) : Optional.empty();
        try (var run = new RollingRestart(new Plan(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), USUAL_DELAY, earlier))) {
            Report report = run.run();
            System.out.printf(Locale.ROOT, "%s%n", report.table());
            report.failed().forEach(System.out::println);
            right = report.isRight();
        }
        System.exit(right ? 0 : 1);
    }
}
