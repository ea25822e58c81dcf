package dev.mayfly.load;

import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.docker.EngineCeiling;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.testing.BulkClient;
import dev.mayfly.testing.BulkClient.Arrival;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.SubmissionReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// What Kafka adds to a submission, beside the same submissions without it; and what bulk does to the others.
public final class BulkRate {
    private static final int BULK_SLOTS = 4;
    private static final int ENGINE_PARALLEL = 4;
    private static final long ENGINE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int INTERACTIVE_SAMPLES = 80;
    private static final long BETWEEN_SAMPLES_MILLIS = 250;
    private static final double TICKS_PER_MILLI = 0.1; // USER_HZ is 100 on every Linux

    private final Corpus corpus = Corpus.read();
    private final Random random = new Random(1);
    private final int submissions;
    private int sent;

    private BulkRate(int submissions) throws java.io.IOException {
        this.submissions = submissions;
    }

    public static void main(String[] args) throws Exception {
        new BulkRate(Integer.parseInt(args[0])).run(Integer.parseInt(args[1]));
    }

    private record Cpu(double machine, double service, double broker) {
        static Cpu now(ServiceProcess service, KafkaBroker broker) throws Exception {
            String[] words = Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split(" +", -1);
            double busy = 0;
            for (int i : new int[] {1, 2, 3, 6, 7}) {
                busy += Double.parseDouble(words[i]);
            }
            return new Cpu(busy / TICKS_PER_MILLI, process(service.pid()), process(broker.pid()));
        }

        private static double process(long pid) throws Exception {
            String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
            String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Double.parseDouble(words[11]) + Double.parseDouble(words[12])) / TICKS_PER_MILLI;
        }
    }

    private void run(int rounds) throws Exception {
        List<Double> engine = new ArrayList<>();
        List<Double> dispatcher = new ArrayList<>();
        List<Double> kafka = new ArrayList<>();
        List<double[]> cpu = new ArrayList<>();
        List<Long> alone = new ArrayList<>();
        List<Long> beside = new ArrayList<>();
        try (var broker = new KafkaBroker().awaitReady();
                var service = new ServiceProcess("load-bulk-rate", ServiceProcess.lockFolder(), Map.of(
                        "MAYFLY_KAFKA_ENABLED", "true", "KAFKA_BOOTSTRAP_SERVERS", broker.address(), "MAYFLY_KAFKA_TOPIC_PREFIX", "rate",
                        "MAYFLY_EXECUTION_BULK_SLOTS", String.valueOf(BULK_SLOTS)))) {
            service.awaitReady();
            var client = new BulkClient(broker, "rate");
            client.awaitTopics();
            throughKafka(client, submissions / 2); // warm-up
            throughDispatcher(submissions / 2);
            for (int i = 0; i < rounds; i++) {
                System.err.printf("round %d of %d%n", i + 1, rounds);
                engine.add(EngineCeiling.livesPerSecond("mayfly/python:3.13", ENGINE_PARALLEL, ENGINE_NANOS));
                dispatcher.add(throughDispatcher(submissions));
                Cpu before = Cpu.now(service, broker);
                long containers = client.all().mapToLong(BulkRate::containerMicros).sum();
                kafka.add(throughKafka(client, submissions));
                Cpu after = Cpu.now(service, broker);
                double inContainers = (client.all().mapToLong(BulkRate::containerMicros).sum() - containers) / 1000.0;
                cpu.add(new double[] {
                    (after.machine() - before.machine()) / submissions, (after.service() - before.service()) / submissions,
                    (after.broker() - before.broker()) / submissions, inContainers / submissions
                });
            }
            System.err.println("an interactive caller, alone and beside bulk");
            for (int i = 0; i < 2; i++) {
                interactive(service, alone);
                Map<String, String> load = draw(submissions);
                client.submitAll(load);
                interactive(service, beside);
                client.awaitResults(load.keySet(), Duration.ofMinutes(10));
            }
            client.close();
        }
        print(engine, dispatcher, kafka, cpu, alone, beside);
    }

    private Map<String, String> draw(int count) {
        Map<String, String> drawn = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Corpus.Entry program = corpus.programs().get(random.nextInt(corpus.programs().size()));
            String id = "rate-%d-%s".formatted(sent++, program.name());
            drawn.put(id, program.submission(id));
        }
        return drawn;
    }

    /// From the first result to the last, so that the wait for the first poll does not count.
    private double throughKafka(BulkClient client, int count) throws InterruptedException {
        Map<String, String> drawn = draw(count);
        client.submitAll(drawn);
        client.awaitResults(drawn.keySet(), Duration.ofMinutes(10));
        List<Long> times = drawn.keySet().stream().map(id -> client.results(id).getFirst().atMillis()).sorted().toList();
        return (times.size() - 1) * 1000.0 / (times.getLast() - times.getFirst());
    }

    /// The same in this process: pool and dispatcher as the service has them, a thread for each slot of the lane.
    private double throughDispatcher(int count) throws Exception {
        List<Submission> drawn = new ArrayList<>();
        for (String json : draw(count).values()) {
            drawn.add(SubmissionReader.readBulk(json.getBytes(StandardCharsets.UTF_8), FunctionLookup.NONE));
        }
        var settings = DockerSettings.defaults();
        Path locks = ServiceProcess.lockFolder();
        try (var instance = new InstanceLock(locks);
                var engine = new DockerEngine(new DockerSettings(settings.host(), settings.callTimeout(), settings.readyTimeout(), "load-dispatcher"), instance);
                var pool = new WarmPool(engine, new PoolSettings(24, 8L << 30, 256, 2, Duration.ofMinutes(10)))) {
            var runtimes = new ServedRuntimes(RuntimeFolder.read(Path.of("runtimes")), engine, pool, new WarmBounds(2, 6));
            var dispatcher = new Dispatcher(runtimes, pool, engine.engine(), ExecutionMetrics.NONE, Quotas.none(), BULK_SLOTS);
            while (runtimes.offered().stream().anyMatch(runtime -> runtimes.spec(runtime).isEmpty()) || pool.stats().ready() < 6) {
                runtimes.refresh();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return inParallel(dispatcher, drawn);
        }
    }

    private static double inParallel(Dispatcher dispatcher, List<Submission> drawn) throws Exception {
        var next = new AtomicInteger();
        var failure = new AtomicReference<Exception>();
        List<Long> ends = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < BULK_SLOTS; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    for (int submission; (submission = next.getAndIncrement()) < drawn.size(); ) {
                        try (Execution execution = dispatcher.admit(drawn.get(submission), Duration.ofMinutes(1))) {
                            execution.run(new CollectedOutput());
                        }
                        ends.add(System.nanoTime());
                    }
                } catch (Exception e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return (ends.size() - 1) * 1e9 / (Collections.max(ends) - Collections.min(ends));
    }

    private static void interactive(ServiceProcess service, List<Long> nanos) throws Exception {
        for (int i = 0; i < INTERACTIVE_SAMPLES; i++) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_SAMPLES_MILLIS);
            long start = System.nanoTime();
            var answer = service.execute("{\"runtime\":\"python\",\"code\":\"print(6*7)\"}");
            nanos.add(System.nanoTime() - start);
            if (answer.statusCode() != 200 || !answer.body().contains("42")) {
                throw new IllegalStateException(answer.body());
            }
        }
    }

    private static long containerMicros(Arrival result) {
        var usage = result.json().path("usage");
        return Math.round((usage.path("cpuUserMs").asDouble() + usage.path("cpuSystemMs").asDouble()) * 1000);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double quantileMillis(List<Long> nanos, double quantile) {
        return nanos.stream().sorted().toList().get((int) Math.min(nanos.size() - 1, Math.floor(quantile * nanos.size()))) / 1e6;
    }

    private void print(List<Double> engine, List<Double> dispatcher, List<Double> kafka, List<double[]> cpu, List<Long> alone, List<Long> beside) {
        double[] part = new double[4];
        for (int i = 0; i < part.length; i++) {
            int column = i;
            part[i] = median(cpu.stream().map(each -> each[column]).toList());
        }
        System.out.println("| figure | measured | beside it, same run | ratio | bound | reached |\n|---|---|---|---|---|---|");
        double share = median(kafka) / median(dispatcher);
        row("executions a second through Kafka", "%.1f".formatted(median(kafka)), "dispatcher alone %.1f".formatted(median(dispatcher)), share, "≥ 0.95", share >= 0.95);
        double ceiling = median(kafka) / median(engine);
        row("the same", "%.1f".formatted(median(kafka)), "engine alone, empty containers %.1f".formatted(median(engine)), ceiling, "reported", true);
        double p95 = quantileMillis(beside, 0.95) / quantileMillis(alone, 0.95);
        row("interactive p95 beside bulk", "%.1f ms".formatted(quantileMillis(beside, 0.95)), "alone %.1f ms".formatted(quantileMillis(alone, 0.95)), p95, "≤ 2", p95 <= 2);
        row("interactive p50 beside bulk", "%.1f ms".formatted(quantileMillis(beside, 0.5)), "alone %.1f ms".formatted(quantileMillis(alone, 0.5)),
                quantileMillis(beside, 0.5) / quantileMillis(alone, 0.5), "reported", true);
        System.out.printf("%nCPU per execution, median of %d rounds of %d submissions: %.0f ms in all: service %.1f, broker %.1f, programs %.1f, engine, kernel and warm-up %.0f%n",
                cpu.size(), submissions, part[0], part[1], part[2], part[3], part[0] - part[1] - part[2] - part[3]);
    }

    private static void row(String figure, String measured, String beside, double ratio, String bound, boolean reached) {
        System.out.printf("| %s | %s | %s | %.2f | %s | %s |%n", figure, measured, beside, ratio, bound, reached ? "yes" : "no");
    }
}
