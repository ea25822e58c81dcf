package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Two services of which one restores its interpreters from snapshots and the other starts each, one sample of each in
/// turn.
final class Restored implements Scenario {
    private static final long STRETCH_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int PAUSE_MILLIS = 100;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        if (!site.withoutEngine()) {
            return Result.of(Figure.reported("restored interpreters", "only with the engine oci"));
        }
        List<Figure> figures = new ArrayList<>();
        Path runtimes = site.home().resolve("runtimes");
        try (var pair = Pair.start(site, runtimes)) {
            for (Language language : site.languages()) {
                figures.addAll(compare(site, language.name() + " restored", language, pair));
            }
        }
        Path preloading = preloading(runtimes);
        try (var pair = Pair.start(site, preloading)) {
            figures.addAll(compare(site, "Python with preloaded libraries, restored", site.python(), pair));
        } finally {
            for (String file : List.of("python/runtime.yaml", "python/hello.py", "python", "")) {
                Files.delete(preloading.resolve(file));
            }
        }
        return new Result(figures, List.of());
    }

    /// The service's own Python, whose waiting interpreter has imported some large libraries.
    private static Path preloading(Path runtimes) throws IOException {
        Path folder = Files.createTempDirectory("mayfly-preloading");
        Path python = Files.createDirectory(folder.resolve("python"));
        Files.copy(runtimes.resolve("python/hello.py"), python.resolve("hello.py"));
        Files.writeString(python.resolve("runtime.yaml"), Files.readString(runtimes.resolve("python/runtime.yaml"))
                .replace("snapshot: true", "snapshot: true\n  preload: [asyncio, decimal, multiprocessing, sqlite3, ssl, unittest, uuid, xml.etree.ElementTree]"));
        return folder;
    }

    /// One service that restores and one that starts.
    private record Pair(OwnService restoring, OwnService starting) implements AutoCloseable {
        static Pair start(Site site, Path runtimes) throws IOException, InterruptedException {
            OwnService restoring = OwnService.start(site, Map.of("MAYFLY_RUNTIMES", runtimes.toString()));
            try {
                return new Pair(restoring, OwnService.start(site, Map.of("MAYFLY_RUNTIMES", runtimes.toString(), "MAYFLY_OCI_SNAPSHOTS", "false",
                        "MAYFLY_SERVICE", "mayfly-bench-started", "MAYFLY_STORE_URL", "sqlite:" + site.home().resolve("target/bench-started.db"))));
            } catch (IOException | InterruptedException e) {
                restoring.close();
                throw e;
            }
        }

        @Override
        public void close() throws InterruptedException {
            restoring.close();
            starting.close();
        }
    }

    private static List<Figure> compare(Site site, String name, Language language, Pair pair) throws IOException, InterruptedException {
        site.progress().accept(name + ", beside started");
        Service restoring = pair.restoring().service();
        Service starting = pair.starting().service();
        LoadClients.Report restored = LoadClients.closed(restoring, language, LoadClients.BUSY, STRETCH_NANOS);
        LoadClients.Report started = LoadClients.closed(starting, language, LoadClients.BUSY, STRETCH_NANOS);
        restoring.awaitRest();
        starting.awaitRest();
        var ours = new Samples();
        var baseline = new Samples();
        for (int i = 0; i < site.rounds(); i++) {
            Thread.sleep(PAUSE_MILLIS);
            ours.time(() -> restoring.run(language.submission(), Site.ANSWER));
            Thread.sleep(PAUSE_MILLIS);
            baseline.time(() -> starting.run(language.submission(), Site.ANSWER));
        }
        return List.of(
                Figure.atMost(1.1, name + ", HTTP request → result, p50", ours.medianMillis(), "started and waiting", baseline.medianMillis()),
                new Figure(name + ", executions/s with all cores busy", "%.1f /s".formatted(restored.perSecond()), "started %.1f /s".formatted(started.perSecond()),
                        restored.perSecond() / started.perSecond(), "reported", true),
                new Figure(name + ", CPU per execution", "%.1f ms".formatted(restored.cpuMillisEach()), "started %.1f ms".formatted(started.cpuMillisEach()),
                        restored.cpuMillisEach() / started.cpuMillisEach(), "reported", true),
                new Figure(name + ", page faults per execution", "%.0f".formatted(restored.faultsEach()), "started %.0f".formatted(started.faultsEach()),
                        restored.faultsEach() / started.faultsEach(), "reported", true));
    }
}
