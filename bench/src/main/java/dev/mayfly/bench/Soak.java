package dev.mayfly.bench;

import dev.mayfly.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A service of its own at four fifths of what it can do, for long: nothing may grow, nothing may be left, and no two
/// sandboxes may share their randomness. Python and Node in turn. What it can do is measured again in the first tenth
/// of every sample: the machine's speed changes by the hour.
final class Soak implements Scenario {
    private static final int CLIENTS = 8;
    private static final double LOAD = 0.8;
    private static final int SAMPLES = 60;
    private static final double MAX_GROWTH = 1.2;
    private static final Map<String, String> PATIENT = Map.of("MAYFLY_EXECUTION_MAX_WAITING", "5000", "MAYFLY_EXECUTION_PATIENCE", "120S");
    private static final List<String> RANDOM = List.of(
            Service.submission(Map.entry("python", "import random, os; print(6*7, hash('a text of this program'), random.random(), os.urandom(8).hex())")),
            Service.submission(Map.entry("node", "console.log(6*7, Math.random(), require('vm').runInNewContext('Math.random()'), require('crypto').randomUUID())")));
    private static final int RANDOM_WORDS = 3;
    private static final int DEMAND_IS_FORGOTTEN_MILLIS = 20_000;
    private static final int CONNECTIONS_ARE_CLOSED_MILLIS = 40_000; // the client keeps them for 30 s

    /// What a service at rest has of the machine.
    private record Holdings(double threads, double files, double heapMebibytes) {
        static Holdings of(OwnService own) throws IOException, InterruptedException {
            Thread.sleep(CONNECTIONS_ARE_CLOSED_MILLIS);
            own.service().awaitRest();
            return new Holdings(own.threads(), own.openFiles(), own.liveHeapMebibytes());
        }
    }

    /// What is on the machine by itself.
    private record Host(double mounts, double interfaces, double rules, double controlGroups) {
        static Host settled(Service idle) throws IOException, InterruptedException {
            Thread.sleep(DEMAND_IS_FORGOTTEN_MILLIS); // it keeps as many sandboxes as it needed of late
            idle.awaitRest();
            return new Host(Machine.mounts(), Machine.networkInterfaces(), Machine.firewallRules(), Machine.controlGroups());
        }
    }

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("soak for %d minutes".formatted(site.minutes()));
        Host hostBefore = Host.settled(site.service());
        List<Figure> figures = new ArrayList<>();
        List<double[]> resident = new ArrayList<>();
        List<double[]> files = new ArrayList<>();
        try (var own = OwnService.start(site, PATIENT)) {
            long each = TimeUnit.MINUTES.toNanos(site.minutes()) / SAMPLES;
            possible(own.service(), 4 * each); // until its methods are compiled
            Holdings before = Holdings.of(own);
            Set<String> random = ConcurrentHashMap.newKeySet();
            var latencies = new Samples();
            double fastest = 0;
            double slowest = Double.MAX_VALUE;
            for (int i = 1; i <= SAMPLES; i++) {
                double possible = possible(own.service(), each / 10);
                fastest = Math.max(fastest, possible);
                slowest = Math.min(slowest, possible);
                double perSecond = LOAD * possible;
                latencies.addAll(LoadClients.open(perSecond, Math.max(1, (int) (perSecond * 0.9 * each / 1e9)), request -> random.addAll(random(own.service(), RANDOM.get(request % RANDOM.size())))));
                double minute = (double) site.minutes() * i / SAMPLES;
                resident.add(new double[] {minute, own.residentMebibytes()});
                files.add(new double[] {minute, own.openFiles()});
            }
            Holdings after = Holdings.of(own);
            int answers = latencies.count();
            figures.add(Figure.reported("soak, %d minutes at %.0f %% of what it can do (%.1f to %.1f executions/s): answers, all right".formatted(site.minutes(), LOAD * 100, slowest, fastest),
                    "%,d".formatted(answers)));
            figures.add(Figure.reported("the same: p50 / p99", "%.1f / %.1f ms".formatted(latencies.medianMillis(), latencies.quantileMillis(0.99))));
            figures.add(none("random numbers that two sandboxes share, of %,d".formatted(RANDOM_WORDS * answers), RANDOM_WORDS * answers - random.size()));
            figures.add(flat("resident memory, MiB, at the end ÷ at half time", last(resident), middle(resident)));
            figures.add(flat("live heap, MiB, at the end ÷ before", after.heapMebibytes(), before.heapMebibytes()));
            figures.add(flat("threads", after.threads(), before.threads()));
            figures.add(flat("open files at rest", after.files(), before.files()));
            figures.add(none("sandboxes left beside those that wait", own.service().sandboxesThatDoNotWait()));
        }
        Host hostAfter = Host.settled(site.service());
        figures.add(none("mounts left on the host", hostAfter.mounts() - hostBefore.mounts()));
        figures.add(none("network interfaces left", hostAfter.interfaces() - hostBefore.interfaces()));
        figures.add(none("firewall rules left", hostAfter.rules() - hostBefore.rules()));
        figures.add(none("control groups left", hostAfter.controlGroups() - hostBefore.controlGroups()));
        return new Result(figures, List.of(new Plot("Soak", "minutes", "MiB, files", Map.of("resident memory, MiB", resident, "open files", files))));
    }

    /// How many of these programs it runs in a second with all cores busy.
    private static double possible(Service service, long nanos) throws IOException, InterruptedException {
        long start = System.nanoTime();
        var done = new AtomicInteger();
        LoadClients.all(CLIENTS, client -> {
            while (System.nanoTime() - start < nanos) {
                service.run(RANDOM.get(done.getAndIncrement() % RANDOM.size()), Site.ANSWER);
            }
        });
        return done.get() * 1e9 / (System.nanoTime() - start);
    }

    private static List<String> random(Service service, String submission) throws IOException, InterruptedException {
        List<String> words = List.of(Json.STRICT.readTree(service.run(submission, Site.ANSWER)).path("stdout").asText().strip().split(" "));
        return words.subList(words.size() - RANDOM_WORDS, words.size());
    }

    private static Figure flat(String name, double after, double before) {
        double ratio = after / before;
        return new Figure("the same: " + name, "%.0f".formatted(after), "%.0f".formatted(before), ratio, "≤ " + MAX_GROWTH, ratio <= MAX_GROWTH);
    }

    private static Figure none(String name, double left) {
        return new Figure("the same: " + name, "%.0f".formatted(left), Figure.NO_BASELINE, left, "0", left == 0);
    }

    private static double middle(List<double[]> points) {
        return points.get(points.size() / 2)[1];
    }

    private static double last(List<double[]> points) {
        return points.getLast()[1];
    }
}
