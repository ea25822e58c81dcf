package dev.mayfly.bench;

import dev.mayfly.docker.EngineCeiling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// All cores busy, in two stretches of each contestant in turn; then half of that rate, with arrivals that wait for nobody.
final class Saturation implements Scenario {
    private static final long STRETCH_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int STRETCHES = 2;
    private static final int PARALLEL_LIVES = 4;
    private static final int FLOOR_LIVES = 400;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("sustained rate");
        double engine = 0;
        double rate = 0;
        double cpu = 0;
        double floorRate = 0;
        double floorCpu = 0;
        for (int i = 0; i < STRETCHES; i++) {
            engine += EngineCeiling.livesPerSecond("mayfly/python:3.13", PARALLEL_LIVES, STRETCH_NANOS) / STRETCHES;
            double before = Machine.busyMillis();
            floorRate += floor(site) / STRETCHES;
            floorCpu += (Machine.busyMillis() - before) / FLOOR_LIVES / STRETCHES;
            Clients.Report busy = Clients.closed(site.service(), Clients.BUSY, STRETCH_NANOS);
            rate += busy.perSecond() / STRETCHES;
            cpu += busy.cpuMillisEach() / STRETCHES;
        }
        List<Figure> figures = new ArrayList<>();
        String name = "Python jobs/s with all cores busy, a fresh container each";
        if (site.withoutEngine()) {
            figures.add(new Figure(name, "%.1f /s".formatted(rate), Figure.NO_BASELINE, rate / 100, "≥ 100 /s", rate >= 100));
        }
        figures.add(Figure.atLeast(site.bound(0.8, 4), name, rate, "Docker engine alone", engine));
        figures.add(new Figure(name, "%.1f /s".formatted(rate), "kernel floor %.1f /s".formatted(floorRate), rate / floorRate, "told", true));
        figures.add(new Figure("CPU a job, every process on the machine but the callers'", "%.1f ms".formatted(cpu), "kernel floor %.1f ms".formatted(floorCpu), cpu / floorCpu,
                site.withoutEngine() ? "≤ 2.0" : "told", !site.withoutEngine() || cpu / floorCpu <= 2));
        site.progress().accept("half of that rate");
        var bare = new Samples();
        for (int i = 0; i < site.rounds(); i++) {
            bare.time(() -> Machine.run(Machine.BARE_PYTHON));
        }
        Samples half = Clients.open(site.service(), rate / 2, (int) (rate / 2 * TimeUnit.NANOSECONDS.toSeconds(STRETCH_NANOS)));
        name = "Python, HTTP request → result at half of that rate";
        figures.add(Figure.atMost(site.bound(3.0, 2.0), name + ", p99", half.quantileMillis(0.99), "bare python3 at rest, p99", bare.quantileMillis(0.99)));
        return new Result(figures, List.of(Plot.quantiles(name, Map.of("mayfly", half, "bare python3 at rest", bare))));
    }

    private static double floor(Site site) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(site.floor().toString(), String.valueOf(FLOOR_LIVES), String.valueOf(PARALLEL_LIVES)));
        command.addAll(Machine.BARE_PYTHON);
        return Double.parseDouble(Machine.run(command));
    }
}
