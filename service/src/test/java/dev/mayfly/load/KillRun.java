package dev.mayfly.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mayfly.testing.BulkClient;
import dev.mayfly.testing.BulkClient.Arrival;
import dev.mayfly.testing.EngineCable;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/// AsyncExecutions drawn from the corpus through the topic, while workers are killed, the broker restarts and the
/// engine goes away at random.
public final class KillRun implements AutoCloseable {
    private static final String PREFIX = "kills";
    private static final int PARTITIONS = 12;
    private static final int EVERY_TWENTIETH = 20;
    private static final boolean WITHOUT_ENGINE = "oci".equals(System.getenv("MAYFLY_ENGINE"));
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final Pattern OWNED = Pattern.compile("partitions=\\[([0-9, ]*)\\] generation=");
    private static final Pattern EXECUTION = Pattern.compile(" execution=(\\S+) runtime=\\S+ outcome=(?!Failed|Cancelled)");

    /// @param executions distinct ids
    /// @param workers service processes in the group
    /// @param kills faults of each kind, spread over the run
    /// @param seed of what is drawn, and of what is killed when
    public record Plan(int executions, int workers, int kills, long seed) {}

    /// What came of it.
    ///
    /// @param notOne ids with another number of results than one
    /// @param wrong results that are not what the plain interpreter gives
    /// @param executionsTwice executions that ended, beyond one an id
    /// @param resumedMillis from a worker's death to the next result from its partitions
    public record Report(
            Plan plan, int duplicatesSent, List<String> notOne, List<String> wrong, long deadLetters, long executionsTwice, int workerKills,
            int brokerRestarts, int engineOutages, List<Long> resumedMillis, double seconds) {
        public String table() {
            List<Long> resumed = resumedMillis.stream().sorted().toList();
            String takenUp = resumed.isEmpty() ? "–" : "%.1f s / %.1f s".formatted(resumed.get(resumed.size() / 2) / 1e3, resumed.getLast() / 1e3);
            return """
                    | what | count |
                    |---|---|
                    | submissions sent, each under its own id | %,d |
                    | copies sent beside them | %,d |
                    | workers in the group | %d |
                    | faults: worker killed (kill -9), broker restarted, %s | %d, %d, %d |
                    | ids with exactly one result | %,d |
                    | ids with none, or more than one | %d |
                    | results that differ from the plain interpreter's | %d |
                    | dead letters | %d |
                    | executions that ended and were repeated, in all / a worker's kill | %d / %.1f |
                    | a worker's death → next result from its partitions, median / longest | %s |
                    | submissions a second, kills included | %.1f |
                    """.formatted(plan.executions(), duplicatesSent, plan.workers(), WITHOUT_ENGINE ? "keeper killed (kill -9)" : "engine away for 2 s", workerKills, brokerRestarts, engineOutages,
                    plan.executions() - notOne.size(), notOne.size(), wrong.size(), deadLetters, executionsTwice,
                    (double) executionsTwice / Math.max(1, workerKills), takenUp, plan.executions() / seconds);
        }
    }

    private record Death(long atMillis, Set<Integer> partitions) {}

    private final Plan plan;
    private final Random random;
    private final Corpus corpus = Corpus.read();
    private final KafkaBroker broker;
    private final EngineCable cable;
    private final Path folder;
    private final Path locks = ServiceProcess.lockFolder();
    private final Map<Integer, ServiceProcess> workers = new HashMap<>();
    private final List<Path> logs = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();
    private int starts;

    public KillRun(Plan plan) throws IOException {
        this.plan = plan;
        random = new Random(plan.seed());
        folder = Files.createTempDirectory("mayfly-kills");
        cable = new EngineCable(folder.resolve("docker.sock"));
        broker = new KafkaBroker().awaitReady();
    }

    public static void main(String[] args) throws Exception {
        long seed = System.nanoTime();
        var plan = new Plan(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), seed);
        boolean good;
        try (var run = new KillRun(plan)) {
            Report report = run.run();
            System.out.println(report.table() + "\nseed " + seed);
            report.notOne().forEach(id -> System.out.println("not exactly one result: " + id));
            report.wrong().forEach(System.out::println);
            good = report.notOne().isEmpty() && report.wrong().isEmpty() && report.deadLetters() == 0;
        }
        System.exit(good ? 0 : 1);
    }

    private void start(int number) throws IOException {
        String name = "test-kills-%d-%d".formatted(number, starts++);
        logs.add(Path.of("target/%s.log".formatted(name)));
        workers.put(number, new ServiceProcess(name, locks, Map.of(
                "MAYFLY_KAFKA_ENABLED", "true",
                "KAFKA_BOOTSTRAP_SERVERS", broker.address(),
                "MAYFLY_KAFKA_TOPIC_PREFIX", PREFIX,
                "MAYFLY_KAFKA_PARTITIONS", String.valueOf(PARTITIONS),
                "MAYFLY_KAFKA_WORKER", "worker-" + number,
                "MAYFLY_POOL_MIN_WARM", "1",
                "MAYFLY_DOCKER_HOST", "unix://" + cable.socket())));
    }

    public Report run() throws Exception {
        for (int i = 0; i < plan.workers(); i++) {
            start(i);
        }
        for (ServiceProcess worker : workers.values()) {
            worker.awaitReady();
        }
        Map<String, Corpus.Entry> executions = new LinkedHashMap<>();
        for (int i = 0; i < plan.executions(); i++) {
            Corpus.Entry program = corpus.programs().get(random.nextInt(corpus.programs().size()));
            executions.put("submission-%d-%s".formatted(i, program.name()), program);
        }
        int copies = 0;
        long begin = System.nanoTime();
        try (var client = new BulkClient(broker, PREFIX)) {
            Map<String, String> documents = new LinkedHashMap<>();
            executions.forEach((id, program) -> documents.put(id, program.submission(id)));
            client.submitAll(documents);
            for (var document : documents.entrySet()) {
                if (random.nextInt(EVERY_TWENTIETH) == 0) {
                    client.submit(document.getKey(), document.getValue());
                    copies++;
                }
            }
            int[] faults = breakThings(client);
            awaitEndings(client, plan.executions());
            double seconds = (System.nanoTime() - begin) / 1e9;
            for (ServiceProcess worker : workers.values()) {
                worker.close(); // whatever was still to come has come
            }
            TimeUnit.SECONDS.sleep(2);
            List<String> notOne = client.notExactlyOne(executions.keySet().stream()).stream().map(id -> id + " has " + client.results(id).size()).toList();
            List<String> wrong = new ArrayList<>();
            executions.forEach((id, program) -> client.results(id).forEach(result -> program.wrong(result.json()).ifPresent(wrong::add)));
            return new Report(plan, copies, notOne, wrong, client.deadLetterCount(), executionsTwice(),
                    faults[0], faults[1], faults[2], resumed(client), seconds);
        }
    }

    /// Whatever has happened, results come again within five minutes.
    private static void awaitEndings(BulkClient client, long count) throws InterruptedException {
        long seen = 0;
        for (long heardAt = System.nanoTime(); seen < count; TimeUnit.MILLISECONDS.sleep(100)) {
            long now = client.resultCount() + client.deadLetterCount();
            if (now > seen) {
                seen = now;
                heardAt = System.nanoTime();
            }
            if (System.nanoTime() - heardAt > SILENCE_NANOS) {
                throw new AssertionError("no result for five minutes after %d of %d".formatted(seen, count));
            }
        }
    }

    /// Each fault comes after its share of the results; returns how many there were of each kind.
    private int[] breakThings(BulkClient client) throws Exception {
        int[] faults = new int[3];
        int all = 3 * plan.kills();
        List<Integer> kinds = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            kinds.add(i % 3);
        }
        java.util.Collections.shuffle(kinds, random);
        for (int i = 0; i < all; i++) {
            long after = (long) plan.executions() * (i + 1) / (all + 1);
            awaitEndings(client, after);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
            int kind = kinds.get(i);
            faults[kind]++;
            switch (kind) {
                case 0 -> killWorker(faults[0] % 2 == 0);
                case 1 -> {
                    broker.stop();
                    broker.start();
                    broker.awaitReady();
                }
                default -> breakEngine();
            }
        }
        return faults;
    }

    /// The Docker engine goes out of reach for two seconds; without one, it is a worker's keeper that is killed (kill
    /// -9).
    private void breakEngine() throws IOException, InterruptedException {
        if (WITHOUT_ENGINE) {
            worker(random.nextInt(plan.workers())).keeper().ifPresent(ProcessHandle::destroyForcibly);
            return;
        }
        cable.pullOut();
        TimeUnit.SECONDS.sleep(2);
        cable.plugIn();
    }

    private ServiceProcess worker(int number) {
        return requireNonNull(workers.get(number));
    }

    /// Comes back at once, before the group has noticed, or so late that others must take over.
    private void killWorker(boolean comesBackAtOnce) throws IOException, InterruptedException {
        int number = random.nextInt(plan.workers());
        ServiceProcess victim = worker(number);
        deaths.add(new Death(System.currentTimeMillis(), owned(victim)));
        victim.kill();
        if (!comesBackAtOnce) {
            TimeUnit.SECONDS.sleep(15);
        }
        start(number);
    }

    private static Set<Integer> owned(ServiceProcess worker) throws IOException {
        Set<Integer> partitions = new HashSet<>();
        for (Matcher match = OWNED.matcher(worker.log()); match.find(); ) {
            partitions.clear();
            Arrays.stream(match.group(1).split(", ")).filter(number -> !number.isEmpty()).map(Integer::valueOf).forEach(partitions::add);
        }
        return partitions;
    }

    private List<Long> resumed(BulkClient client) {
        List<Long> times = new ArrayList<>();
        for (Death death : deaths) {
            client.all()
                    .filter(arrival -> arrival.atMillis() > death.atMillis() && death.partitions().contains(home(arrival)))
                    .mapToLong(arrival -> arrival.atMillis() - death.atMillis())
                    .min()
                    .ifPresent(times::add);
        }
        return times;
    }

    private static int home(Arrival arrival) {
        return Utils.toPositive(Utils.murmur2(arrival.key().getBytes(UTF_8))) % PARTITIONS;
    }

    private long executionsTwice() throws IOException {
        long ended = 0;
        Set<String> ids = new HashSet<>();
        for (Path log : logs) {
            for (Matcher match = EXECUTION.matcher(Files.readString(log)); match.find(); ) {
                ended++;
                ids.add(match.group(1));
            }
        }
        return ended - ids.size();
    }

    @Override
    public void close() throws Exception {
        for (ServiceProcess worker : workers.values()) {
            worker.close();
        }
        broker.close();
        cable.close();
        Files.deleteIfExists(folder);
    }
}
