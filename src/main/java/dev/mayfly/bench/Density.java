package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A thousand Python boxes that wait at once, and the memory that each takes from the machine, its share of kernel and runtime included.
final class Density implements Scenario {
    private static final int BOXES = 1000;
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("%d warm boxes".formatted(BOXES));
        Path languages = Files.createTempDirectory("mayfly-density");
        try {
            Files.createSymbolicLink(languages.resolve("python"), site.home().resolve("runtimes/python").toAbsolutePath());
            double before = Machine.availableBytes();
            long start = System.nanoTime();
            try (var own = OwnService.start(site, Map.of(
                    "MAYFLY_RUNTIMES", languages.toString(),
                    "MAYFLY_POOL_MIN_WARM", String.valueOf(BOXES),
                    "MAYFLY_POOL_MAX_WARM", String.valueOf(BOXES),
                    "MAYFLY_POOL_CAPACITY", String.valueOf(BOXES + 20),
                    "MAYFLY_POOL_MEMORY_MIB", String.valueOf(1L << 20)))) {
                own.service().awaitBoxes(BOXES);
                double seconds = (System.nanoTime() - start) / 1e9;
                double each = (before - Machine.availableBytes()) / BOXES / MEBIBYTE;
                own.service().run(Site.PYTHON, Site.ANSWER);
                return Result.of(Figure.told("%d warm Python boxes at once: memory of the machine for each".formatted(BOXES), "%.1f MiB".formatted(each)),
                        Figure.told("the same: made in", "%.0f s".formatted(seconds)));
            }
        } finally {
            Files.delete(languages.resolve("python"));
            Files.delete(languages);
        }
    }
}
