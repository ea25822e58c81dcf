package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A thousand requests in the same moment, to a service that lets them all wait; then its sustained rate, in the same
/// run.
final class Burst implements Scenario {
    private static final int REQUESTS = 1000;
    private static final int CLIENTS = 8;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("a burst of %d requests".formatted(REQUESTS));
        List<Figure> figures = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        try (var own = OwnService.start(site, Map.of("MAYFLY_EXECUTION_MAX_WAITING", "2000", "MAYFLY_EXECUTION_PATIENCE", "300S"))) {
            for (Language language : site.languages()) {
                // the first seconds of a JVM are not its rate
                LoadClients.closed(own.service(), language, CLIENTS, TimeUnit.SECONDS.toNanos(10));
                own.service().awaitRest();
                Samples burst = LoadClients.burst(own.service(), language, REQUESTS);
                double rate = LoadClients.closed(own.service(), language, CLIENTS, TimeUnit.SECONDS.toNanos(15)).perSecond();
                figures.add(Figure.atMost(1.2, "%d requests of %s at the same time, all answered and right, p99".formatted(REQUESTS, language.name()), burst.quantileMillis(0.99),
                        "%d ÷ %.1f/s".formatted(REQUESTS, rate), REQUESTS / rate * 1000));
                plots.add(Plot.quantiles("A burst of %d requests of %s".formatted(REQUESTS, language.name()), Map.of("mayfly", burst)));
            }
        }
        return new Result(figures, plots);
    }
}
