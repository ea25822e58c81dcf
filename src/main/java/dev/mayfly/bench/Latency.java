package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One caller, and no box being made or destroyed meanwhile; one sample of ours and one of the baseline in turn.
final class Latency implements Scenario {
    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        site.progress().accept("latency, Python");
        String name = "Python print(6*7), HTTP request → result";
        Pair python = compare(site, Machine.BARE_PYTHON, () -> site.service().run(Site.PYTHON, Site.ANSWER));
        figures.add(python.quantile(0.5, name, "bare python3", site.bound(1.0, 0.5)));
        figures.add(python.quantile(0.99, name, "bare python3", 3.0));
        plots.add(python.plot(name, "bare python3"));
        site.progress().accept("latency, Node");
        name = "Node console.log(6*7), HTTP request → result";
        Pair node = compare(site, List.of(Machine.realNode(), "-e", "console.log(6*7)"), () -> site.service().run(Site.NODE, Site.ANSWER));
        figures.add(node.quantile(0.5, name, "bare node", site.bound(0.4, 0.2)));
        plots.add(node.plot(name, "bare node"));
        site.progress().accept("first output byte");
        name = "Python, HTTP request → first output byte (SSE)";
        Pair first = firstByte(site);
        figures.add(first.quantile(0.5, name, "bare python3", 1.0));
        plots.add(first.plot(name, "bare python3"));
        return new Result(figures, plots);
    }

    private record Pair(Samples ours, Samples baseline) {
        Figure quantile(double quantile, String name, String bare, double bound) {
            return Figure.atMost(bound, "%s, p%.0f".formatted(name, quantile * 100), ours.quantileMillis(quantile), bare, baseline.quantileMillis(quantile));
        }

        Plot plot(String title, String bare) {
            return Plot.quantiles(title, Map.of("mayfly", ours, bare, baseline));
        }
    }

    private static Pair compare(Site site, List<String> bare, Samples.Task task) throws IOException, InterruptedException {
        var pair = new Pair(new Samples(), new Samples());
        for (int i = 0; i < site.rounds(); i++) {
            site.service().awaitRest();
            pair.baseline().time(() -> Machine.run(bare));
            pair.ours().time(task);
        }
        return pair;
    }

    private static Pair firstByte(Site site) throws IOException, InterruptedException {
        var pair = new Pair(new Samples(), new Samples());
        for (int i = 0; i < site.rounds(); i++) {
            site.service().awaitRest();
            pair.baseline().time(() -> Machine.run(Machine.BARE_PYTHON));
            pair.ours().add(site.service().firstOutputNanos(Site.PYTHON));
        }
        return pair;
    }
}
