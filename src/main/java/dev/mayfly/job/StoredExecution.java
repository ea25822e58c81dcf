package dev.mayfly.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An execution as it stands in the store.
///
/// @param outcome its kind, as `exited`; empty before the end
public record StoredExecution(
        String id,
        String tenant,
        State state,
        int attempt,
        Instant acceptedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<String> outcome,
        Optional<String> batchId,
        Map<String, String> labels) {
    public StoredExecution {
        labels = Map.copyOf(labels);
    }
}
