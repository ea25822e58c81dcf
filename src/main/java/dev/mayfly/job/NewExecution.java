package dev.mayfly.job;

import dev.mayfly.wire.SubmissionReader;
import java.time.Instant;
import java.util.Optional;

/// What is written when an execution is accepted.
record NewExecution(SubmissionReader.Kept kept, Optional<String> batchId, Instant acceptedAt) {
    String id() {
        return kept.submission().id();
    }

    String tenant() {
        return kept.submission().tenant();
    }
}
