package dev.mayfly.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a service has of the machine's memory a minute after a load, keeper and warm sandboxes included.
final class Rest implements Scenario {
    private static final long LOAD_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int REST_MILLIS = 60_000;
    private static final double MAX_MIB = 200;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        try (var own = OwnService.start(site, Map.of())) {
            site.progress().accept("a load, and a minute of rest");
            for (Language language : site.languages()) {
                LoadClients.closed(own.service(), language, LoadClients.BUSY, LOAD_NANOS / site.languages().size());
            }
            Thread.sleep(REST_MILLIS);
            double memory = Machine.proportionalMebibytes(own.process().toHandle());
            return new Result(List.of(new Figure("service a minute after a load, with keeper and warm sandboxes, sum of PSS", "%.0f MiB".formatted(memory), Figure.NO_BASELINE,
                    memory / MAX_MIB, site.withoutEngine() ? "≤ 200 MiB" : "reported", !site.withoutEngine() || memory <= MAX_MIB)), List.of());
        }
    }
}
