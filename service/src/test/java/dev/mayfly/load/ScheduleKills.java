package dev.mayfly.load;

import dev.mayfly.testing.PostgresCluster;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Functions that run by themselves while replicas are killed (`kill -9`), again and again: each due time has one
/// execution, and each execution ends well.
public final class ScheduleKills implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration LAST_LOOKS = Duration.ofSeconds(65);
    private static final DateTimeFormatter CRON = DateTimeFormatter.ofPattern("m H d M '*'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// When functions come due.
    public enum Due {
        /// Each of them again and again.
        OFTEN,
        /// Each of them once, spread over one minute.
        IN_ONE_MINUTE,
        /// All of them once, at one moment.
        AT_ONE_MOMENT
    }

    /// @param seconds for how long functions come due often
    public record Plan(Due due, int schedules, int replicas, int kills, int seconds, long seed) {
        private boolean often() {
            return due == Due.OFTEN;
        }
    }

    /// Longer than it takes to store the functions, so that each comes due once.
    private static final int RARELY = 1000;
    private static final int MOST_SECONDS = 2_678_400;
    private static final Map<Long, Long> DIVISORS = new ConcurrentHashMap<>();

    /// What came of it.
    ///
    /// @param due how many due times there were
    /// @param missed due times without an execution
    /// @param twice executions that no due time has, or that share one
    /// @param wrong executions that have not ended by themselves
    /// @param lateMillis from the due time to the execution's acceptance, sorted
    public record Report(Plan plan, int due, List<String> missed, long twice, long wrong, long[] lateMillis) {
        public boolean isRight() {
            return due > 0 && missed.isEmpty() && twice == 0 && wrong == 0;
        }

        public String table() {
            return """
                    | what | count |
                    |---|---|
                    | schedules | %d |
                    | replicas, on PostgreSQL / of them killed (kill -9) | %d / %d |
                    | due times | %d |
                    | due times without an execution | %d |
                    | executions too many | %d |
                    | executions that did not end by themselves | %d |
                    | accepted after the due time, p50 / p99 / the latest | %d / %d / %d ms |
                    """.formatted(plan.schedules(), plan.replicas(), plan.kills(), due, missed.size(), twice, wrong, late(0.5), late(0.99), late(1));
        }

        private long late(double share) {
            return lateMillis.length == 0 ? -1 : lateMillis[(int) Math.min(lateMillis.length - 1, Math.floor(share * lateMillis.length))];
        }
    }

    private final Plan plan;
    private final PostgresCluster cluster = new PostgresCluster();
    private final AtomicReferenceArray<ServiceProcess> services;
    private final List<Path> folders = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public ScheduleKills(Plan plan) throws IOException, InterruptedException {
        this.plan = plan;
        services = new AtomicReferenceArray<>(plan.replicas());
        for (int replica = 0; replica < plan.replicas(); replica++) {
            folders.add(ServiceProcess.lockFolder());
            start(replica);
        }
    }

    private void start(int replica) throws IOException {
        services.set(replica, new ServiceProcess("test-schedules-" + replica, folders.get(replica),
                Map.of("MAYFLY_ASYNC_REPLICA", "replica-" + replica, "MAYFLY_STORE_URL", cluster.url())));
    }

    public Report run() throws Exception {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).awaitReady();
        }
        Instant minute = Instant.now().plus(Duration.ofSeconds(70).plusMillis(plan.schedules() * 10L)).truncatedTo(ChronoUnit.MINUTES);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = IntStream.range(0, CLIENTS).<Future<?>>mapToObj(client -> threads.submit(() -> store(client, minute))).toList();
            for (Future<?> client : clients) {
                client.get();
            }
        }
        Instant begin = Instant.now().plusSeconds(1);
        if (!plan.often() && !begin.isBefore(minute)) {
            throw new IllegalStateException("the functions were stored too late");
        }
        Instant end = !plan.often() ? minute : begin.plusSeconds(plan.seconds());
        kill(!plan.often() ? minute : begin, !plan.often() ? minute.plusSeconds(60) : end);
        return check(begin, end, minute);
    }

    private Void store(int client, Instant minute) throws Exception {
        for (int number = client; number < plan.schedules(); number += CLIENTS) {
            String times = plan.due() == Due.AT_ONE_MOMENT ? "\"cron\": \"%s\"".formatted(CRON.format(minute)) : "\"everySeconds\": %d".formatted(every(number, minute));
            String function = "{\"runtime\": \"python\", \"code\": \"pass\", \"schedule\": {%s, \"overlap\": \"allow\"}}".formatted(times);
            var request = HttpRequest.newBuilder(services.get(number % plan.replicas()).url().resolve("/v1/functions/f" + number))
                    .header("Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString(function)).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IllegalStateException(answer.body());
            }
        }
        return null;
    }

    /// How many seconds there are from one due time to the next.
    private long every(int number, Instant minute) {
        return plan.often() ? 2 + number % 15 + plan.schedules() / 10 : dividing(second(number, minute));
    }

    /// The second of the minute in which a function comes due: one with a divisor that a schedule may have.
    private static long second(int number, Instant minute) {
        long second = minute.getEpochSecond() + number % 60;
        while (dividing(second) < 0) {
            second++;
        }
        return second;
    }

    private static long dividing(long second) {
        return DIVISORS.computeIfAbsent(second, each -> LongStream.rangeClosed(RARELY, MOST_SECONDS).filter(every -> each % every == 0).findFirst().orElse(-1));
    }

    /// At random moments, one replica at a time.
    private void kill(Instant from, Instant to) throws IOException, InterruptedException {
        var random = new Random(plan.seed());
        long each = plan.kills() == 0 ? 0 : Duration.between(from, to).toMillis() / plan.kills();
        for (int kill = 0; kill < plan.kills(); kill++) {
            sleepUntil(from.plusMillis(kill * each + random.nextLong(Math.max(1, each / 2))));
            int replica = random.nextInt(plan.replicas());
            services.get(replica).kill();
            Thread.sleep(random.nextInt(500));
            start(replica);
        }
        sleepUntil(to);
    }

    private static void sleepUntil(Instant moment) throws InterruptedException {
        Thread.sleep(Math.max(0, Duration.between(Instant.now(), moment).toMillis()));
    }

    // ---- what came of it

    private Report check(Instant begin, Instant end, Instant minute) throws Exception {
        try (Connection store = DriverManager.getConnection(cluster.url())) {
            List<String> missed = missed(store, begin, end, minute);
            for (Instant until = Instant.now().plus(LAST_LOOKS); !missed.isEmpty() && Instant.now().isBefore(until); missed = missed(store, begin, end, minute)) {
                Thread.sleep(500);
            }
            try (var statement = store.createStatement()) {
                statement.execute("update schedule set due_at = null, look_at = null");
            }
            for (Instant until = Instant.now().plus(PATIENCE); number(store, "select count(*) from execution where state <> 'finished'") > 0 && Instant.now().isBefore(until); ) {
                Thread.sleep(500);
            }
            long executions = number(store, "select count(*) from execution");
            long decided = number(store, "select count(distinct d.execution_id) from due_time d join execution e on e.id = d.execution_id and e.function_name = d.name and e.invoked_by = 'schedule'");
            long right = number(store, "select count(*) from execution where state = 'finished' and outcome = 'exited'");
            return new Report(plan, due(begin, end, minute), missed, executions - decided, executions - right, late(store));
        }
    }

    private int due(Instant begin, Instant end, Instant minute) {
        return IntStream.range(0, plan.schedules()).map(number -> dueTimes(number, begin, end, minute).size()).sum();
    }

    private List<Long> dueTimes(int number, Instant begin, Instant end, Instant minute) {
        return switch (plan.due()) {
            case AT_ONE_MOMENT -> List.of(minute.toEpochMilli());
            case IN_ONE_MINUTE -> List.of(second(number, minute) * 1000);
            case OFTEN -> {
                long every = every(number, minute) * 1000L;
                long first = Math.ceilDiv(begin.toEpochMilli(), every) * every;
                yield LongStream.iterate(first, at -> at < end.toEpochMilli(), at -> at + every).boxed().toList();
            }
        };
    }

    private List<String> missed(Connection store, Instant begin, Instant end, Instant minute) throws SQLException {
        List<String> missed = new ArrayList<>();
        try (PreparedStatement query = store.prepareStatement("select due_at from due_time where name = ? and execution_id is not null")) {
            for (int number = 0; number < plan.schedules(); number++) {
                query.setString(1, "f" + number);
                List<Long> run = new ArrayList<>();
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        run.add(rows.getLong(1));
                    }
                }
                List<Long> lacking = new ArrayList<>(dueTimes(number, begin, end, minute));
                lacking.removeAll(run);
                for (long due : lacking) {
                    missed.add("f%d at %s".formatted(number, Instant.ofEpochMilli(due)));
                }
            }
        }
        return missed;
    }

    private static long number(Connection store, String query) throws SQLException {
        try (var statement = store.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long[] late(Connection store) throws SQLException {
        try (var statement = store.createStatement(); ResultSet rows = statement.executeQuery("select array_agg(decided_at - due_at) from due_time")) {
            rows.next();
            return Arrays.stream((Long[]) rows.getArray(1).getArray()).mapToLong(Long::longValue).sorted().toArray();
        }
    }

    @Override
    public void close() throws Exception {
        for (int replica = 0; replica < plan.replicas(); replica++) {
            services.get(replica).close();
        }
        cluster.close();
    }

    /// Arguments: when they are due, schedules, replicas, kills, seconds.
    public static void main(String[] args) throws Exception {
        var plan = new Plan(Due.valueOf(args[0].toUpperCase(Locale.ROOT)), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]), 1);
        Report report;
        try (var run = new ScheduleKills(plan)) {
            report = run.run();
        }
        System.out.printf(Locale.ROOT, "%s%n", report.table());
        report.missed().stream().limit(5).forEach(System.out::println);
        System.exit(report.isRight() ? 0 : 1);
    }
}
