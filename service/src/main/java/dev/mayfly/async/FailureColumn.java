package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.wire.FailurePolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What happens when an execution fails, as its row has it: JSON, of which this release may not know every field.
final class FailureColumn {
    private FailureColumn() {}

    static @Nullable String json(Optional<FailurePolicy> failures) {
        try {
            return failures.isEmpty() ? null : StoredSubmission.LENIENT.writeValueAsString(failures.get());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Optional<FailurePolicy> of(@Nullable String json) {
        try {
            return json == null ? Optional.empty() : Optional.of(StoredSubmission.LENIENT.readValue(json, FailurePolicy.class));
        } catch (JsonProcessingException e) {
            return Optional.empty(); // of a later release, which this one does not understand
        }
    }
}
