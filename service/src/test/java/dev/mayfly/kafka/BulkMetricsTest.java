package dev.mayfly.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The names of the bulk door's meters, as a scrape finds them and as the README lists them.
class BulkMetricsTest {
    @SuppressWarnings("deprecation") // the one that Quarkus brings
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BulkMetrics metrics = new BulkMetrics(registry);

    @Test
    void namesAndHelpAreTheseAndOnThePage() throws Exception {
        metrics.measured(3, 1, 7, 40);
        metrics.measured(4, 2, 8, 50);
        metrics.ended(new RecordOutcome.DeadLetter("unknown-runtime", "", 1, true));
        metrics.ended(new RecordOutcome.Unreported("unknown-runtime"));
        metrics.retried();
        String scrape = registry.scrape();
        assertThat(scrape.lines().filter(line -> !line.startsWith("#"))).containsExactlyInAnyOrder(
                "mayfly_bulk_partitions 4.0", "mayfly_bulk_partitions_paused 2.0", "mayfly_bulk_in_flight 8.0", "mayfly_bulk_lag 50.0",
                "mayfly_bulk_dead_letters_total{reason=\"unknown-runtime\",} 2.0", "mayfly_bulk_retries_total 1.0");
        assertThat(scrape.lines().filter(line -> line.startsWith("# HELP"))).hasSize(6).allMatch(line -> line.matches("# HELP mayfly_bulk_\\S+ \\S.*"));
        String page = Files.readString(Path.of("docs/reference/metrics.md"));
        assertThat(scrape.lines().filter(line -> line.startsWith("# TYPE")).map(line -> line.split(" ", -1)[2])).allMatch(name -> page.contains("`" + name));
    }
}
