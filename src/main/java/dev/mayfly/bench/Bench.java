package dev.mayfly.bench;

import dev.mayfly.docker.EngineCeiling;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The figures of the README. Each is measured beside its baseline in one run: one sample of each in turn, so that a noisy
/// neighbour or a throttled core hits both.
public final class Bench {
    /// One line of the table.
    ///
    /// @param ratio measured ÷ baseline
    /// @param reached whether the ratio keeps its bound
    public record Figure(String name, String measured, String baseline, double ratio, String bound, boolean reached) {}

    private static final long SATURATION_NANOS = 20_000_000_000L;
    private static final int CLIENTS = 8;
    private static final int PARALLEL_LIVES = 4;
    private static final int WARM_UP = 40;
    private static final String PYTHON = Service.submission(Map.entry("python", "print(6*7)"));
    private static final String NODE = Service.submission(Map.entry("node", "console.log(6*7)"));

    private final Service service;
    private final Path home;
    private final int rounds;
    private final List<Figure> figures = new ArrayList<>();

    public Bench(URI service, Path home, int rounds) {
        this.service = new Service(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), service);
        this.home = home;
        this.rounds = rounds;
    }

    public List<Figure> run(Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("warming up");
        for (int i = 0; i < WARM_UP; i++) {
            rested();
            service.run(PYTHON, "42");
            service.run(NODE, "42");
            service.firstOutputNanos(PYTHON);
        }
        progress.accept("latency, Python");
        latency("Python print(6*7), HTTP request → result", PYTHON, List.of("/usr/bin/python3", "-c", "print(6*7)"), 1.0, 3.0);
        progress.accept("latency, Node");
        latency("Node console.log(6*7), HTTP request → result", NODE, List.of(realNode(), "-e", "console.log(6*7)"), 0.4, 0);
        progress.accept("first output byte");
        firstByte();
        progress.accept("sustained rate");
        saturation();
        progress.accept("the command as a whole process");
        command();
        progress.accept("start and memory");
        figures.addAll(StartUp.measure(home));
        return figures;
    }

    /// Until no box is being made or destroyed: this is latency, not load.
    private void rested() throws IOException, InterruptedException {
        for (int i = 0; i < 250 && !service.isAtRest(); i++) {
            Thread.sleep(20);
        }
        Thread.sleep(20);
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static long nanos(Task task) throws IOException, InterruptedException {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }

    private void latency(String name, String json, List<String> bare, double medianBound, double tailBound)
            throws IOException, InterruptedException {
        var ours = new Samples();
        var baseline = new Samples();
        for (int i = 0; i < rounds; i++) {
            rested();
            baseline.add(nanos(() -> process(bare)));
            ours.add(nanos(() -> service.run(json, "42")));
        }
        String bareName = "bare " + Path.of(bare.getFirst()).getFileName();
        add(name + ", p50", ours.medianMillis(), baseline.medianMillis(), bareName, medianBound);
        if (tailBound > 0) {
            add(name + ", p99", ours.quantileMillis(0.99), baseline.quantileMillis(0.99), bareName, tailBound);
        }
    }

    private void firstByte() throws IOException, InterruptedException {
        var ours = new Samples();
        var baseline = new Samples();
        for (int i = 0; i < rounds; i++) {
            rested();
            baseline.add(nanos(() -> process(List.of("/usr/bin/python3", "-c", "print(6*7)"))));
            ours.add(service.firstOutputNanos(PYTHON));
        }
        add("Python, HTTP request → first output byte (SSE), p50", ours.medianMillis(), baseline.medianMillis(), "bare python3", 1.0);
    }

    /// Two stretches of each, in turn.
    private void saturation() throws IOException, InterruptedException {
        double ours = 0;
        double engine = 0;
        for (int i = 0; i < 2; i++) {
            engine += EngineCeiling.livesPerSecond("mayfly/python:3.13", PARALLEL_LIVES, SATURATION_NANOS) / 2;
            ours += jobsPerSecond() / 2;
        }
        figures.add(new Figure("Python jobs/s with all cores busy, a fresh container each", "%.1f /s".formatted(ours),
                "engine alone %.1f /s".formatted(engine), ours / engine, "≥ 0.8", ours / engine >= 0.8));
    }

    private double jobsPerSecond() throws InterruptedException, IOException {
        var done = new AtomicInteger();
        var failure = new AtomicReference<@Nullable IOException>();
        long start = System.nanoTime();
        Thread[] clients = new Thread[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = Thread.startVirtualThread(() -> {
                try {
                    while (System.nanoTime() - start < SATURATION_NANOS) {
                        service.run(PYTHON, "42");
                        done.incrementAndGet();
                    }
                } catch (IOException e) {
                    failure.set(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        for (Thread client : clients) {
            client.join();
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return done.get() * 1e9 / (System.nanoTime() - start);
    }

    private void command() throws IOException, InterruptedException {
        var ours = new Samples();
        var baseline = new Samples();
        String hello = home.resolve("runtimes/python/hello.py").toString();
        int count = Math.max(20, rounds / 4);
        for (int i = 0; i < count; i++) {
            rested();
            ours.add(nanos(() -> process(List.of(home.resolve("mayfly").toString(), "run", hello))));
            rested();
            baseline.add(nanos(() -> process(List.of("docker", "run", "--rm", "mayfly/python:3.13", "python3", "/mayfly/hello.py"))));
        }
        add("mayfly run hello.py, whole process, p50", ours.medianMillis(), baseline.medianMillis(), "docker run --rm", 0.8);
    }

    private void add(String name, double ours, double baseline, String baselineName, double bound) {
        figures.add(new Figure(name, millis(ours), "%s %s".formatted(baselineName, millis(baseline)), ours / baseline,
                "≤ " + bound, ours / baseline <= bound));
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.1f ms", value);
    }

    private static void process(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, process.exitValue(), output));
        }
    }

    /// Never a version manager's shim.
    private static String realNode() throws IOException {
        for (String path : List.of("/usr/bin/node", "/usr/bin/nodejs", "/usr/local/bin/node")) {
            if (Files.isExecutable(Path.of(path))) {
                return Path.of(path).toRealPath().toString();
            }
        }
        throw new IOException("bench compares with a bare node, and there is none in /usr/bin; apt-get install nodejs");
    }

    /// What the figures were measured on.
    public static String machine() throws IOException, InterruptedException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
        return "%d cores (%s), Linux %s, Java %s, Docker %s, %s, Node %s".formatted(
                Runtime.getRuntime().availableProcessors(), cpu, System.getProperty("os.version"), Runtime.version().feature(),
                said(List.of("docker", "version", "--format", "{{.Server.Version}}")), said(List.of("/usr/bin/python3", "--version")),
                said(List.of(realNode(), "--version")));
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return output;
    }
}
