package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A service of its own under a steady load for long: nothing may grow, and nothing may be left.
final class Soak implements Scenario {
    private static final int CLIENTS = 2;
    private static final int SAMPLES = 60;
    private static final double MAX_GROWTH = 1.2;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("soak for %d minutes".formatted(site.minutes()));
        try (var own = OwnService.start(site, Map.of())) {
            long each = TimeUnit.MINUTES.toNanos(site.minutes()) / SAMPLES;
            List<double[]> resident = new ArrayList<>();
            List<double[]> files = new ArrayList<>();
            double answers = 0;
            for (int i = 1; i <= SAMPLES; i++) {
                Clients.Report report = Clients.closed(own.service(), CLIENTS, each);
                answers += report.answers();
                double minute = (double) site.minutes() * i / SAMPLES;
                resident.add(new double[] {minute, own.residentMebibytes()});
                files.add(new double[] {minute, own.openFiles()});
            }
            own.service().awaitRest();
            double growth = last(resident) / middle(resident);
            double left = own.service().boxesThatDoNotWait();
            return Result.of(
                    Figure.told("soak, %d minutes: answers, all right".formatted(site.minutes()), "%,.0f".formatted(answers)),
                    new Figure("the same: resident memory at the end ÷ at half time", "%.0f MiB".formatted(last(resident)),
                            "%.0f MiB".formatted(middle(resident)), growth, "≤ " + MAX_GROWTH, growth <= MAX_GROWTH),
                    Figure.told("the same: open files at half time → at the end", "%.0f → %.0f".formatted(middle(files), last(files))),
                    new Figure("the same: boxes left beside those that wait", "%.0f".formatted(left), Figure.NO_BASELINE, left, "0", left == 0))
                    .with(new Plot("Soak", "minutes", "MiB, files", Map.of("resident memory, MiB", resident, "open files", files)));
        }
    }

    private static double middle(List<double[]> points) {
        return points.get(points.size() / 2)[1];
    }

    private static double last(List<double[]> points) {
        return points.getLast()[1];
    }
}
