package dev.mayfly.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.testing.PostgresCluster;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.wire.AsyncSubmission;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// What keeping costs: accepted a second beside what the store itself can take, the wait that it adds to a result,
/// bytes on the disk; and how soon another replica takes over what a dead one ran.
public final class AsyncRate implements AutoCloseable {
    private static final String PROGRAM = "{\"runtime\":\"python\",\"code\":\"print(6*7)\"}";
    private static final int CLIENTS = 16;
    private static final int WRITERS = 64;
    private static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofSeconds(8);
    private static final int REQUESTS = 150;
    private static final int STORED = 500;
    private static final int DEATHS = 5;

    private final @Nullable PostgresCluster cluster;
    private final Path folder = ServiceProcess.lockFolder();

    private AsyncRate(boolean postgres) throws IOException, InterruptedException {
        cluster = postgres ? new PostgresCluster() : null;
    }

    private DatabaseSettings settings(String name) {
        return cluster == null ? DatabaseSettings.sqlite(folder.resolve(name + ".db")) : new DatabaseSettings(cluster.url(), "", "");
    }

    private ServiceProcess service(String name, String... more) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("MAYFLY_STORE_URL", settings("service").url(), "MAYFLY_ASYNC_REPLICA", name,
                "MAYFLY_ASYNC_MAX_QUEUED", "10000000"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return new ServiceProcess("test-rate-" + name, ServiceProcess.lockFolder(), environment);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    // ---- accepted a second

    private void accepting() throws Exception {
        List<Double> doors = new ArrayList<>();
        List<Double> single = new ArrayList<>();
        List<Double> grouped = new ArrayList<>();
        try (var service = service("accepting", "MAYFLY_ASYNC_SLOTS", "0").awaitReady();
                var store = Database.open(settings("ceiling"));
                var fake = new FakeService(Quotas.none());
                var executions = AsyncExecutions.open(store, (handle, ended) -> {}, fake.dispatcher(), new HeapBudget(ROUND),
                        AsyncSettingsBuilder.builder()
                                .replica("ceiling")
                                .slots(0)
                                .maxQueued(Integer.MAX_VALUE)
                                .maxBytes(1L << 40)
                                .minFreeBytes(0)
                                .retention(Duration.ofHours(1))
                                .replicaTimeout(Duration.ofHours(1))
                                .maxAttempts(3)
                                .build())) {
            perSecond(CLIENTS, Duration.ofSeconds(20), () -> client(service)); // until the code of both is compiled
            perSecond(WRITERS, ROUND, () -> writer(executions));
            for (int round = 0; round < ROUNDS; round++) {
                doors.add(perSecond(CLIENTS, ROUND, () -> client(service)));
                single.add(perSecond(1, ROUND, () -> writer(executions)));
                grouped.add(perSecond(WRITERS, ROUND, () -> writer(executions)));
            }
        }
        System.out.printf(Locale.ROOT, "| accepted a second (202), each on the disk, %d clients | %.0f | one commit each, one writer, no HTTP %.0f | %.2f | ≥ 0.5 |%n",
                CLIENTS, median(doors), median(single), median(doors) / median(single));
        System.out.printf(Locale.ROOT, "| the same | %.0f | %d writers that share commits, no HTTP %.0f | %.2f | reported |%n",
                median(doors), WRITERS, median(grouped), median(doors) / median(grouped));
    }

    private interface Once extends AutoCloseable {
        void run() throws Exception;

        @Override
        default void close() throws IOException {}
    }

    private static Once writer(AsyncExecutions executions) {
        return () -> executions.accept(AsyncSubmission.read(PROGRAM.getBytes(UTF_8), ExecutionId.next(), "tenant"), Optional.empty());
    }

    private static Once client(ServiceProcess service) throws IOException {
        var door = new Door(service);
        return new Once() {
            @Override
            public void run() throws IOException {
                door.require(202, door.post("Prefer: respond-async\r\n"));
            }

            @Override
            public void close() throws IOException {
                door.close();
            }
        };
    }

    private static double perSecond(int threads, Duration time, Callable<Once> maker) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            long begun = System.nanoTime();
            Callable<Integer> loop = () -> {
                int done = 0;
                try (Once once = maker.call()) {
                    for (; System.nanoTime() - begun < time.toNanos(); done++) {
                        once.run();
                    }
                }
                return done;
            };
            int all = 0;
            for (Future<Integer> each : pool.invokeAll(java.util.Collections.nCopies(threads, loop))) {
                all += each.get();
            }
            return all * 1e9 / (System.nanoTime() - begun);
        }
    }

    /// One connection that is kept; a client that costs little beside the service.
    private static final class Door implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;
        private String body = "";

        Door(ServiceProcess service) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), service.url().getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new BufferedInputStream(socket.getInputStream());
        }

        int post(String headers) throws IOException {
            out.write("POST /v1/executions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s"
                    .formatted(headers, PROGRAM.length(), PROGRAM).getBytes(US_ASCII));
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            body = new String(in.readNBytes(length), UTF_8);
            return status;
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("the connection ended");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

        void require(int wanted, int status) throws IOException {
            if (status != wanted) {
                throw new IOException("%d: %s".formatted(status, body));
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    // ---- the wait that it adds, and the room that it takes

    private void running() throws Exception {
        try (var service = service("running").awaitReady(); var door = new Door(service); var store = Database.open(settings("service"))) {
            double[] awaited = new double[REQUESTS];
            double[] kept = new double[REQUESTS];
            for (int request = -REQUESTS; request < REQUESTS; request++) { // the first half warms up
                double sync = millis(door, "");
                double async = millis(door, "Prefer: respond-async, wait=30\r\n");
                if (request >= 0) {
                    awaited[request] = sync;
                    kept[request] = async;
                }
            }
            Arrays.sort(awaited);
            Arrays.sort(kept);
            System.out.printf(Locale.ROOT, "| kept, request → result (`Prefer: respond-async, wait=30`), p50 | %.1f ms | not kept %.1f ms | +%.1f ms | reported |%n",
                    kept[REQUESTS / 2], awaited[REQUESTS / 2], kept[REQUESTS / 2] - awaited[REQUESTS / 2]);
            long before = store.sizeBytes();
            for (int stored = 0; stored < STORED; stored++) {
                millis(door, "Prefer: respond-async, wait=30\r\n");
            }
            System.out.printf(Locale.ROOT, "| room for a stored execution of `print(6*7)`, its result and indexes included | %d bytes | – | – | reported |%n",
                    (store.sizeBytes() - before) / STORED);
        }
    }

    private static double millis(Door door, String headers) throws IOException, InterruptedException {
        Thread.sleep(60); // until the sandbox of the last one is gone, and the next one is there
        long begun = System.nanoTime();
        door.require(200, door.post(headers));
        if (!door.body.contains("42\\n")) {
            throw new IOException(door.body);
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    // ---- a dead replica

    private void dying() throws Exception {
        String program = "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(60)\",\"limits\":{\"wallTimeMs\":90000}}";
        List<Double> seconds = new ArrayList<>();
        try (var survivor = service("survivor", "MAYFLY_ASYNC_SLOTS", "0").awaitReady()) {
            for (int death = 0; death < DEATHS; death++) {
                var mortal = service("mortal-" + death).awaitReady();
                String id = survivor.post("/v1/executions", program, "Prefer", "respond-async").body().replaceAll(".*\"id\":\"(\\w+)\".*", "$1");
                awaitAttempt(survivor, id, 1);
                try (var heir = service("heir-" + death).awaitReady()) {
                    mortal.kill();
                    long killed = System.nanoTime();
                    awaitAttempt(survivor, id, 2);
                    seconds.add((System.nanoTime() - killed) / 1e9);
                    survivor.delete("/v1/executions/" + id);
                }
            }
        }
        System.out.printf(Locale.ROOT, "| replica killed → another one begins what it ran, of %d: median / longest | %.1f / %.1f s | `mayfly.async.replica-timeout` 10 s | – | reported |%n",
                DEATHS, median(seconds), seconds.stream().max(Double::compare).orElseThrow());
    }

    private static void awaitAttempt(ServiceProcess service, String id, int attempt) throws Exception {
        while (!service.get("/v1/executions/" + id).body().contains("\"state\":\"running\"")
                || !service.get("/v1/executions/" + id).body().contains("\"attempts\":" + attempt)) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// Arguments: `sqlite` or `postgresql`.
    public static void main(String[] args) throws Exception {
        boolean postgres = args[0].equals("postgresql");
        System.out.printf("| figure, %s | measured | beside it, same run | ratio | bound |%n|---|---|---|---|---|%n", postgres ? "PostgreSQL" : "SQLite");
        try (var rate = new AsyncRate(postgres)) {
            rate.accepting();
        }
        try (var rate = new AsyncRate(postgres)) {
            rate.running();
        }
        if (postgres) {
            try (var rate = new AsyncRate(true)) {
                rate.dying();
            }
        }
    }
}
