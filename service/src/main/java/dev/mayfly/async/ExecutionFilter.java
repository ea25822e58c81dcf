package dev.mayfly.async;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Which executions to list, the newest first.
///
/// @param labels all of which it must have
/// @param before the id after which the list goes on; empty for its beginning
/// @param limit 1 to 200
/// @param function whose executions; empty for those of all functions and of none
public record ExecutionFilter(
        Optional<State> state,
        Map<String, String> labels,
        Optional<String> batchId,
        Optional<Instant> acceptedFrom,
        Optional<Instant> acceptedUntil,
        Optional<String> before,
        int limit,
        Optional<String> function) {
    public static final int MAX_LIMIT = 200;

    /// Whichever function they ran, if any.
    public ExecutionFilter(
            Optional<State> state, Map<String, String> labels, Optional<String> batchId, Optional<Instant> acceptedFrom, Optional<Instant> acceptedUntil, Optional<String> before, int limit) {
        this(state, labels, batchId, acceptedFrom, acceptedUntil, before, limit, Optional.empty());
    }

    public ExecutionFilter {
        labels = Map.copyOf(labels);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be between 1 and " + MAX_LIMIT);
        }
    }
}
