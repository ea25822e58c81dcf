package dev.mayfly.bench;

import dev.mayfly.docker.EngineCeiling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// All cores busy, in two stretches of each contestant in turn; then half of that rate, with arrivals that wait for
/// nobody.
final class Saturation implements Scenario {
    private static final long STRETCH_NANOS = TimeUnit.SECONDS.toNanos(12);
    private static final int STRETCHES = 2;
    private static final int PARALLEL_LIVES = 4;
    private static final int FLOOR_LIVES = 400;
    private static final int FEW = 4;
    private static final List<Integer> MANY = List.of(16, 64);

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("sustained rate");
        boolean docker = Machine.hasDockerEngine();
        double engine = 0;
        double floorRate = 0;
        double floorCpu = 0;
        var python = new Rates(site.python());
        var node = new Rates(site.node());
        for (int i = 0; i < STRETCHES; i++) {
            engine += docker ? EngineCeiling.livesPerSecond("mayfly/python:3.13", PARALLEL_LIVES, STRETCH_NANOS) / STRETCHES : 0;
            double before = Machine.busyMillis();
            floorRate += floor(site) / STRETCHES;
            floorCpu += (Machine.busyMillis() - before) / FLOOR_LIVES / STRETCHES;
            python.measure(site);
            node.measure(site);
        }
        List<Figure> figures = new ArrayList<>();
        String name = "Python executions/s with all cores busy, a fresh sandbox each";
        if (docker) {
            figures.add(Figure.atLeast(site.bound(0.8, 4), name, python.perSecond(), "Docker engine alone", engine));
        }
        figures.add(beside(site, name, python.perSecond(), "kernel floor", floorRate, 1.8));
        for (Rates each : List.of(python, node)) {
            figures.addAll(each.figures(site));
        }
        figures.add(new Figure("Python CPU per execution, every process on the machine but the callers'", "%.1f ms".formatted(python.cpuMillis()), "kernel floor %.1f ms".formatted(floorCpu),
                python.cpuMillis() / floorCpu, "reported", true));
        figures.add(beside(site, "Node executions/s with all cores busy", node.perSecond(), "Python", python.perSecond(), 0.7));
        site.progress().accept("half of that rate");
        List<Plot> plots = new ArrayList<>();
        for (Rates each : List.of(python, node)) {
            figures.add(half(site, each, plots));
        }
        return new Result(figures, plots);
    }

    /// One language's rates, beside the plain interpreter's on all cores.
    private static final class Rates {
        private final Language language;
        private final List<LoadClients.Report> bare = new ArrayList<>();
        private final List<LoadClients.Report> few = new ArrayList<>();
        private final List<LoadClients.Report> busy = new ArrayList<>();
        private final List<List<LoadClients.Report>> many = new ArrayList<>(MANY.stream().<List<LoadClients.Report>>map(callers -> new ArrayList<>()).toList());

        Rates(Language language) {
            this.language = language;
        }

        void measure(Site site) throws IOException, InterruptedException {
            bare.add(LoadClients.bare(language, PARALLEL_LIVES, STRETCH_NANOS));
            few.add(LoadClients.closed(site.service(), language, FEW, STRETCH_NANOS));
            busy.add(LoadClients.closed(site.service(), language, LoadClients.BUSY, STRETCH_NANOS));
            for (int i = 0; i < MANY.size(); i++) {
                many.get(i).add(LoadClients.closed(site.service(), language, MANY.get(i), STRETCH_NANOS));
            }
        }

        double perSecond() {
            return perSecond(busy);
        }

        double cpuMillis() {
            return busy.stream().mapToDouble(LoadClients.Report::cpuMillisEach).average().orElseThrow();
        }

        private static double perSecond(List<LoadClients.Report> reports) {
            return reports.stream().mapToDouble(LoadClients.Report::perSecond).average().orElseThrow();
        }

        List<Figure> figures(Site site) {
            List<Figure> figures = new ArrayList<>();
            String name = language.name();
            double bareCpu = bare.stream().mapToDouble(LoadClients.Report::cpuMillisEach).average().orElseThrow();
            double bound = language.equals(site.python()) ? 0.6 : 0.35;
            double ratio = cpuMillis() / bareCpu;
            figures.add(new Figure(name + " executions/s with all cores busy", "%.1f /s".formatted(perSecond()), "bare %s on all cores %.1f /s".formatted(name, perSecond(bare)),
                    perSecond() / perSecond(bare), "reported", true));
            figures.add(new Figure(name + " CPU per execution, every process on the machine but the callers'", "%.1f ms".formatted(cpuMillis()), "bare %s %.1f ms".formatted(name, bareCpu),
                    ratio, site.withoutEngine() ? "≤ " + bound : "reported", !site.withoutEngine() || ratio <= bound));
            figures.add(new Figure(name + " page faults per execution, all of the machine", "%.0f".formatted(busy.getLast().faultsEach()), "bare %s %.0f".formatted(name, bare.getLast().faultsEach()),
                    busy.getLast().faultsEach() / bare.getLast().faultsEach(), "reported", true));
            for (int i = 0; i < MANY.size(); i++) {
                figures.add(beside(site, "%s executions/s of %d callers".formatted(name, MANY.get(i)), perSecond(many.get(i)), "%d callers".formatted(FEW), perSecond(few), 0.95));
            }
            return figures;
        }
    }

    /// A rate with a bound where no engine makes the sandboxes.
    private static Figure beside(Site site, String name, double rate, String baselineName, double baseline, double bound) {
        if (site.withoutEngine()) {
            return Figure.atLeast(bound, name, rate, baselineName, baseline);
        }
        return new Figure(name, "%.1f /s".formatted(rate), "%s %.1f /s".formatted(baselineName, baseline), rate / baseline, "reported", true);
    }

    private static Figure half(Site site, Rates rates, List<Plot> plots) throws IOException, InterruptedException {
        var bare = new Samples();
        for (int i = 0; i < site.rounds(); i++) {
            bare.time(() -> Machine.run(rates.language.bare()));
        }
        double rate = rates.perSecond() / 2;
        Samples half = LoadClients.open(site.service(), rates.language, rate, (int) (rate * TimeUnit.NANOSECONDS.toSeconds(STRETCH_NANOS)));
        String name = rates.language.name() + ", HTTP request → result at half of that rate";
        String baseline = "bare %s at rest".formatted(rates.language.name());
        plots.add(Plot.quantiles(name, Map.of("mayfly", half, baseline, bare)));
        return Figure.atMost(site.bound(3.0, 2.0), name + ", p99", half.quantileMillis(0.99), baseline + ", p99", bare.quantileMillis(0.99));
    }

    private static double floor(Site site) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(site.floor().toString(), String.valueOf(FLOOR_LIVES), String.valueOf(PARALLEL_LIVES)));
        command.addAll(Machine.BARE_PYTHON);
        return Double.parseDouble(Machine.run(command));
    }
}
