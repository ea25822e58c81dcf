package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A second service: how long until it is ready with a warm pool, and what it weighs then.
final class StartUp implements Scenario {
    private static final int STARTS = 5;
    private static final double MAX_RESIDENT_MIB = 250;
    private static final double MAX_MILLIS = 1500;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("start and memory");
        var starts = new Samples();
        double resident = 0;
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            try (var own = OwnService.start(site, Map.of())) {
                starts.add(own.readyNanos());
                resident = Math.max(resident, own.residentMebibytes());
                if (i == STARTS - 1 && !site.withoutEngine()) {
                    figures.add(Figure.reported("idle warm sandbox, Python", "%.1f MiB".formatted(sandboxMebibytes("python:3.13"))));
                    figures.add(Figure.reported("idle warm sandbox, Node", "%.1f MiB".formatted(sandboxMebibytes("node:24"))));
                }
            }
        }
        double median = starts.medianMillis();
        figures.addFirst(new Figure("service start → ready with a warm pool, p50", "%.0f ms".formatted(median), Figure.NO_BASELINE, median / MAX_MILLIS,
                site.withoutEngine() ? "≤ 1500 ms" : "reported", !site.withoutEngine() || median <= MAX_MILLIS));
        figures.add(1, new Figure("service, resident memory when ready", "%.0f MiB".formatted(resident), Figure.NO_BASELINE, resident / MAX_RESIDENT_MIB,
                "≤ 250 MiB", resident <= MAX_RESIDENT_MIB));
        return new Result(figures, List.of());
    }

    private static double sandboxMebibytes(String runtime) throws IOException, InterruptedException {
        String id = Machine.run(List.of(
                "docker", "ps", "-q", "--filter", "label=dev.mayfly.runtime=" + runtime, "--filter", "label=dev.mayfly.service=mayfly-bench"))
                .lines().findFirst().orElse("");
        String usage = Machine.run(List.of("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", id));
        double number = Double.parseDouble(usage.replaceAll("([0-9.]+).*", "$1"));
        return usage.matches("[0-9.]+KiB.*") ? number / 1024 : number;
    }
}
