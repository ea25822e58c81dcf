package dev.mayfly.kafka;

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
        gauge("bulk.partitions", partitions).set(ownedPartitions);
        gauge("bulk.partitions.paused", paused).set(pausedPartitions);
        gauge("bulk.in.flight", inFlight).set(submissionsInFlight);
        gauge("bulk.lag", lag).set(submissionsBehind);
    }

    private AtomicLong gauge(String name, AtomicLong value) {
        return registry.gauge(name, value);
    }

    void ended(Ending ending) {
        switch (ending) {
            case Ending.Result _ -> registry.counter("bulk.results").increment();
            case Ending.DeadLetter letter -> registry.counter("bulk.dead.letters", "reason", letter.reason()).increment();
            case Ending.Untold untold -> registry.counter("bulk.dead.letters", "reason", untold.reason()).increment();
            case Ending.Duplicate _ -> registry.counter("bulk.duplicates").increment();
            case Ending.Moved _ -> registry.counter("bulk.moved").increment();
        }
    }

    /// A job failed by our fault and is run again.
    void retried() {
        registry.counter("bulk.retries").increment();
    }
}
