package dev.mayfly.bench;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// A quiet tenant with a request now and then, alone and beside one that always has many under way, in turns.
final class Fairness implements Scenario {
    private static final int TURNS = 3;
    private static final int FLOOD_CALLERS = 64;
    private static final int PAUSE_MILLIS = 100;
    private static final int HEAD_START_MILLIS = 1000;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("a quiet tenant beside a flooding one");
        Path folder = Files.createTempDirectory("mayfly-fairness");
        Path keys = folder.resolve("access.json");
        try {
            var access = new AccessFile(keys);
            String quietKey = access.create("quiet", Set.of(Scope.EXECUTE), Optional.empty()).token();
            String floodKey = access.create("flood", Set.of(Scope.EXECUTE, Scope.ADMIN), Optional.empty()).token();
            try (var own = OwnService.start(site, Map.of("MAYFLY_ACCESS_FILE", keys.toString()))) {
                return measure(site, own.service().as(quietKey), own.service().as(floodKey));
            }
        } finally {
            for (String name : List.of("access.json", "access.json.lock")) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    private static Result measure(Site site, Service quiet, Service flood) throws IOException, InterruptedException {
        var alone = new Samples();
        var beside = new Samples();
        int[] answered = new int[FLOOD_CALLERS];
        for (int i = 0; i < site.rounds(); i++) {
            quiet.run(Site.PYTHON, Site.ANSWER); // the first seconds of a JVM are nobody's flood
        }
        for (int turn = 0; turn < TURNS; turn++) {
            flood.awaitRest();
            sample(quiet, alone, site.rounds());
            var over = new AtomicBoolean();
            Thread flooding = Thread.ofVirtual().start(() -> flood(flood, over, answered));
            Thread.sleep(HEAD_START_MILLIS); // what is measured is a flood, and not its beginning
            sample(quiet, beside, site.rounds());
            over.set(true);
            flooding.join();
        }
        int answers = 0;
        for (int each : answered) {
            answers += each;
        }
        String name = "a quiet tenant's request → result beside %d callers of another (%d answers)".formatted(FLOOD_CALLERS, answers);
        return Result.of(
                        Figure.atMost(2.0, name + ", p95", beside.quantileMillis(0.95), "alone, p95", alone.quantileMillis(0.95)),
                        Figure.reported(name + ", p50", "%.1f ms; alone %.1f ms".formatted(beside.medianMillis(), alone.medianMillis())))
                .with(Plot.quantiles(name, Map.of("alone", alone, "beside the flood", beside)));
    }

    private static void sample(Service quiet, Samples samples, int rounds) throws IOException, InterruptedException {
        for (int i = 0; i < rounds; i++) {
            samples.time(() -> quiet.run(Site.PYTHON, Site.ANSWER));
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void flood(Service flood, AtomicBoolean over, int[] answered) {
        try {
            LoadClients.all(FLOOD_CALLERS, caller -> {
                while (!over.get()) {
                    flood.run(Site.PYTHON, Site.ANSWER);
                    answered[caller]++;
                }
            });
        } catch (IOException e) {
            System.getLogger(Fairness.class.getName()).log(System.Logger.Level.WARNING, "the flood ended early: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
