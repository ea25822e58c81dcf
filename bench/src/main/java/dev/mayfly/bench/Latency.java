package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One caller at rest, with a pause before each request; one sample of ours and one of the baseline in turn.
final class Latency implements Scenario {
    private static final int PAUSE_MILLIS = 100;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        for (Language language : site.languages()) {
            site.progress().accept("latency, " + language.name());
            Pair result = compare(site, language, samples -> samples.time(() -> site.service().run(language.submission(), Site.ANSWER)));
            String name = language.name() + ", HTTP request → result";
            boolean python = language.equals(site.python());
            figures.add(result.quantile(0.5, name, site.bound(python ? 1.0 : 0.4, python ? 0.25 : 0.12)));
            figures.add(result.quantile(0.99, name, 3.0));
            plots.add(result.plot(name));
            site.progress().accept("first output byte, " + language.name());
            Pair first = compare(site, language, samples -> samples.add(site.service().firstOutputNanos(language.submission())));
            name = language.name() + ", HTTP request → first output byte (SSE)";
            figures.add(first.quantile(0.5, name, 1.0));
            plots.add(first.plot(name));
        }
        return new Result(figures, plots);
    }

    private record Pair(Language language, Samples ours, Samples baseline) {
        Figure quantile(double quantile, String name, double bound) {
            return Figure.atMost(bound, "%s, p%.0f".formatted(name, quantile * 100), ours.quantileMillis(quantile), bare(), baseline.quantileMillis(quantile));
        }

        Plot plot(String title) {
            return Plot.quantiles(title, Map.of("mayfly", ours, bare(), baseline));
        }

        private String bare() {
            return "bare " + language.name();
        }
    }

    private interface Sampling {
        void addTo(Samples samples) throws IOException, InterruptedException;
    }

    private static Pair compare(Site site, Language language, Sampling ours) throws IOException, InterruptedException {
        var pair = new Pair(language, new Samples(), new Samples());
        for (int i = 0; i < site.rounds(); i++) {
            pair.baseline().time(() -> Machine.run(language.bare()));
            Thread.sleep(PAUSE_MILLIS);
            site.service().awaitRest();
            ours.addTo(pair.ours());
        }
        return pair;
    }
}
