package dev.mayfly.load;

import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// What thousands of stored functions with schedules cost a service that has nothing to do but one function a second:
/// its start, its memory, its processor time, and how late the one function is.
public final class ManyFunctions {
    private static final int CLIENTS = 8;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MILLIS_OF_A_TICK = 10;
    private static final String PADDING = "#".repeat(1000);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ManyFunctions() {}

    /// One service with its own store.
    private record Place(String name, Path folder) {
        static Place of(String name) throws IOException {
            return new Place(name, ServiceProcess.lockFolder());
        }

        ServiceProcess start() throws IOException {
            return new ServiceProcess("test-functions-" + name, folder, Map.of("MAYFLY_ENGINE", "oci"));
        }

        /// In milliseconds, from due to decided.
        long[] lateness(long since) throws Exception {
            try (var store = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mayfly.db"));
                    var query = store.prepareStatement("select decided_at - due_at from due_time where name = 'tick' and due_at >= ? order by 1")) {
                query.setLong(1, since);
                List<Long> all = new ArrayList<>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        all.add(rows.getLong(1));
                    }
                }
                return all.stream().mapToLong(Long::longValue).toArray();
            }
        }
    }

    /// What was measured in one round.
    ///
    /// @param readyMillis from the start of the process to its readiness
    /// @param residentMib at the end
    /// @param processorMillis in a second
    /// @param lateMillis from the due times to their executions' acceptance, sorted
    private record Measured(long readyMillis, long residentMib, long processorMillis, long[] lateMillis) {}

    private void put(ServiceProcess service, String name, String schedule) throws IOException, InterruptedException {
        String function = "{\"runtime\": \"python\", \"code\": \"pass %s\", \"schedule\": {%s}}".formatted(PADDING, schedule);
        var request = HttpRequest.newBuilder(service.url().resolve("/v1/functions/" + name)).header("Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString(function)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.body());
        }
    }

    private void fill(Place place, int functions) throws Exception {
        try (ServiceProcess service = place.start().awaitReady(); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            put(service, "tick", "\"everySeconds\": 1");
            List<Future<?>> clients = IntStream.range(0, CLIENTS).<Future<?>>mapToObj(client -> threads.submit(() -> {
                for (int number = client; number < functions; number += CLIENTS) {
                    put(service, "yearly-" + number, "\"cron\": \"%d %d 1 1 *\"".formatted(number % 60, number / 60 % 24));
                }
                return null;
            })).toList();
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    private Measured measure(Place place, int seconds) throws Exception {
        long begun = System.nanoTime();
        try (ServiceProcess service = place.start()) {
            awaitReady(service);
            long ready = (System.nanoTime() - begun) / 1_000_000;
            Thread.sleep(Duration.ofSeconds(5)); // the pool fills
            long since = System.currentTimeMillis();
            long before = processorMillis(service.pid());
            Thread.sleep(Duration.ofSeconds(seconds));
            long used = (processorMillis(service.pid()) - before) / seconds;
            return new Measured(ready, residentMib(service.pid()), used, place.lateness(since));
        }
    }

    private void awaitReady(ServiceProcess service) throws InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(service.url().resolve("/health/ready")).build();
        for (long until = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < until; Thread.sleep(POLL)) {
            try {
                if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // it does not listen yet
            }
        }
        throw new IllegalStateException("the service is not ready");
    }

    private static long processorMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_OF_A_TICK;
    }

    private static long residentMib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/%d/status".formatted(pid))).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum() >> 10;
    }

    private static long median(List<Measured> rounds, ToLongFunction<Measured> value) {
        return rounds.stream().mapToLong(value).sorted().toArray()[rounds.size() / 2];
    }

    private static long late(List<Measured> rounds, double share) {
        long[] all = rounds.stream().flatMapToLong(round -> Arrays.stream(round.lateMillis())).sorted().toArray();
        return all[(int) Math.min(all.length - 1, Math.floor(share * all.length))];
    }

    private static String row(int functions, List<Measured> rounds) {
        return "| %,d | %d ms | %d MiB | %d ms | %d / %d ms |%n".formatted(functions, median(rounds, Measured::readyMillis), median(rounds, Measured::residentMib),
                median(rounds, Measured::processorMillis), late(rounds, 0.5), late(rounds, 0.99));
    }

    /// Arguments: functions, rounds, seconds of a round.
    public static void main(String[] args) throws Exception {
        int functions = Integer.parseInt(args[0]);
        var load = new ManyFunctions();
        Place few = Place.of("few");
        Place many = Place.of("many");
        load.fill(few, 0);
        load.fill(many, functions);
        List<Measured> ofFew = new ArrayList<>();
        List<Measured> ofMany = new ArrayList<>();
        for (int round = 0; round < Integer.parseInt(args[1]); round++) {
            ofFew.add(load.measure(few, Integer.parseInt(args[2])));
            ofMany.add(load.measure(many, Integer.parseInt(args[2])));
        }
        System.out.printf(Locale.ROOT, """
                | stored functions with a schedule, beside one that is due each second | start to ready, median | resident memory, median | processor time a second, median | late, p50 / p99 |
                |---|---|---|---|---|
                %s%s""", row(0, ofFew), row(functions, ofMany));
        System.exit(0);
    }
}
