package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// An execution as it stands in the store.
///
/// @param outcome its kind, as `exited`; empty before the end
/// @param invocation where it is a function's
/// @param evidence all of the outcome, its `kind` too, as the result has it; empty before the end
public record StoredExecution(
        String id,
        String tenant,
        State state,
        int attempt,
        Instant acceptedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<String> outcome,
        Map<String, Object> evidence,
        Optional<String> batchId,
        Map<String, String> labels,
        Optional<Invocation> invocation) {
    public StoredExecution {
        evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
        labels = Map.copyOf(labels);
    }
}
