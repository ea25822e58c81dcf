package dev.mayfly.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// The meters of the bulk door.
@Singleton
public class BulkMetrics {
    private final MeterRegistry registry;
    private final AtomicLong partitions = new AtomicLong();
    private final AtomicLong paused = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong lag = new AtomicLong();
    private boolean bound;

    public BulkMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// From the polling thread, every few seconds.
    ///
    /// @param ownedPartitions that the group has given to this worker
    /// @param pausedPartitions of these, not read now, as enough is in hand
    /// @param submissionsInFlight read, and their ending is not visible yet
    /// @param submissionsBehind of the owned partitions, not read yet
    void measured(int ownedPartitions, int pausedPartitions, int submissionsInFlight, long submissionsBehind) {
        partitions.set(ownedPartitions);
        paused.set(pausedPartitions);
        inFlight.set(submissionsInFlight);
        lag.set(submissionsBehind);
        if (!bound) { // a service without a bulk door has none of these
            bound = true;
            gauge("mayfly.bulk.partitions", "Partitions that this worker reads", partitions);
            gauge("mayfly.bulk.partitions.paused", "Partitions of these that are not read now, as enough is in hand", paused);
            gauge("mayfly.bulk.in.flight", "Submissions that were read and whose result is not visible yet", inFlight);
            gauge("mayfly.bulk.lag", "Submissions in this worker's partitions that were not read yet", lag);
        }
    }

    private void gauge(String name, String description, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    }

    void ended(RecordOutcome ending) {
        switch (ending) {
            case RecordOutcome.Result _ -> count("mayfly.bulk.results", "Results that were published");
            case RecordOutcome.DeadLetter letter -> deadLetter(letter.reason());
            case RecordOutcome.Unreported untold -> deadLetter(untold.reason());
            case RecordOutcome.Duplicate _ -> count("mayfly.bulk.duplicates", "Submissions that were dropped, as their id had come before");
            case RecordOutcome.Moved _ -> count("mayfly.bulk.moved", "Submissions that were moved to the partition of their id");
        }
    }

    private void deadLetter(String reason) {
        Counter.builder("mayfly.bulk.dead.letters").description("Submissions that became dead letters, by the reason").tag("reason", reason).register(registry).increment();
    }

    private void count(String name, String description) {
        Counter.builder(name).description(description).register(registry).increment();
    }

    /// A submission failed by our fault and is run again.
    void retried() {
        count("mayfly.bulk.retries", "Submissions that are run again because Mayfly failed");
    }
}
