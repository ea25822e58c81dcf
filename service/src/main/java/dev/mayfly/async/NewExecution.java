package dev.mayfly.async;

import dev.mayfly.wire.AsyncSubmission;
import java.time.Instant;
import java.util.Optional;

/// What is written when an execution is accepted.
///
/// @param body the submission as the store has it
record NewExecution(AsyncSubmission request, byte[] body, Optional<String> batchId, Instant acceptedAt) {
    NewExecution(AsyncSubmission request, Optional<String> batchId, Instant acceptedAt) {
        this(request, StoredSubmission.write(request.submission()), batchId, acceptedAt);
    }

    String id() {
        return request.submission().id();
    }

    String tenant() {
        return request.submission().tenant();
    }
}
