package dev.mayfly.bench;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Output while a program runs: several streams at the same time that must be whole and in order, and then how long a
/// line is on its way.
final class Streaming implements Scenario {
    private static final int STREAMS = 8;
    private static final int LINES = 10_000;
    private static final int TIMED_LINES = 300;
    private static final double MAX_MILLIS = 20;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("%d streams of %d lines".formatted(STREAMS, LINES));
        var wrong = new AtomicInteger();
        long start = System.nanoTime();
        LoadClients.all(STREAMS, caller -> {
            var expected = new AtomicInteger();
            site.service().stream("for i in range(%d): print(i)".formatted(LINES), line -> {
                if (!line.equals(String.valueOf(expected.getAndIncrement()))) {
                    wrong.incrementAndGet();
                }
            });
            wrong.addAndGet(Math.abs(LINES - expected.get()));
        });
        double perSecond = (double) STREAMS * LINES * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
        site.progress().accept("a line's way");
        var way = new Samples();
        site.service().stream("import time\\nfor i in range(%d): print(time.time_ns()); time.sleep(0.01)".formatted(TIMED_LINES),
                line -> way.add(wallNanos() - Long.parseLong(line)));
        double median = way.medianMillis();
        double tail = way.quantileMillis(0.99);
        return Result.of(
                new Figure("%d streams of %,d lines at the same time: lines lost or out of order".formatted(STREAMS, LINES), String.valueOf(wrong.get()),
                        Figure.NO_BASELINE, wrong.get(), "0", wrong.get() == 0),
                Figure.reported("the same: lines a second, all streams", "%.0f /s".formatted(perSecond)),
                Figure.reported("a line's way from print to client, p50", "%.2f ms".formatted(median)),
                new Figure("a line's way from print to client, p99", "%.2f ms".formatted(tail), Figure.NO_BASELINE, tail / MAX_MILLIS,
                        "≤ %.0f ms".formatted(MAX_MILLIS), tail <= MAX_MILLIS))
                .with(Plot.quantiles("A line's way from print to client", Map.of("mayfly", way)));
    }

    private static long wallNanos() {
        var now = java.time.Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
