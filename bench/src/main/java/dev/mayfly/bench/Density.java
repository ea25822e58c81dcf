package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Hundreds of sandboxes of one language that wait at the same time, and the memory that one more takes from the
/// machine, its share of the kernel included.
final class Density implements Scenario {
    private static final int PYTHONS = 1000;
    private static final int NODES = 500;
    private static final double PYTHON_MIB = 2;
    private static final double NODE_MIB = 5;
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(measure(site, site.python(), PYTHONS, PYTHON_MIB));
        figures.addAll(measure(site, site.node(), NODES, NODE_MIB));
        return new Result(figures, List.of());
    }

    private static List<Figure> measure(Site site, Language language, int sandboxes, double bound) throws IOException, InterruptedException {
        site.progress().accept("%d warm sandboxes of %s".formatted(sandboxes, language.name()));
        Path runtimes = Files.createTempDirectory("mayfly-density");
        Path runtime = runtimes.resolve(language.runtime());
        try {
            Files.createSymbolicLink(runtime, site.home().resolve("runtimes").resolve(language.runtime()).toAbsolutePath());
            double before = Machine.availableBytes();
            long start = System.nanoTime();
            try (var own = OwnService.start(site, Map.of(
                    "MAYFLY_RUNTIMES", runtimes.toString(),
                    "MAYFLY_POOL_MIN_WARM", String.valueOf(sandboxes),
                    "MAYFLY_POOL_MAX_WARM", String.valueOf(sandboxes),
                    "MAYFLY_POOL_CAPACITY", String.valueOf(sandboxes + 20),
                    "MAYFLY_POOL_MEMORY_MIB", String.valueOf(1L << 20)))) {
                own.service().awaitSandboxes(sandboxes);
                double seconds = (System.nanoTime() - start) / 1e9;
                double each = (before - Machine.availableBytes()) / sandboxes / MEBIBYTE;
                own.service().run(language.submission(), Site.ANSWER);
                return List.of(new Figure("%d warm sandboxes of %s: memory of the machine for each".formatted(sandboxes, language.name()), "%.1f MiB".formatted(each), Figure.NO_BASELINE,
                                each / bound, site.withoutEngine() ? "≤ %.0f MiB".formatted(bound) : "reported", !site.withoutEngine() || each <= bound),
                        Figure.reported("the same: made in", "%.0f s".formatted(seconds)));
            }
        } finally {
            Files.delete(runtime);
            Files.delete(runtimes);
        }
    }
}
