package dev.mayfly.job;

import dev.mayfly.wire.SubmissionReader;
import java.time.Instant;
import java.util.Optional;

/// What is written when an execution is accepted.
///
/// @param body the submission as the store has it
record NewExecution(SubmissionReader.Kept kept, byte[] body, Optional<String> batchId, Instant acceptedAt) {
    NewExecution(SubmissionReader.Kept kept, Optional<String> batchId, Instant acceptedAt) {
        this(kept, StoredSubmission.write(kept.submission()), batchId, acceptedAt);
    }

    String id() {
        return kept.submission().id();
    }

    String tenant() {
        return kept.submission().tenant();
    }
}
