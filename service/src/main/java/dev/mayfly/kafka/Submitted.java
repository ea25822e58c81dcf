package dev.mayfly.kafka;

import dev.mayfly.execution.TraceContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One record of the submissions, and the progress of its partition under the ownership in which it was read.
///
/// @param idempotencyKey the header of that name
/// @param trace the sender's; while it is worked on, that of its span
/// @param key as the sender chose it; it need not be the id
record Submitted(int partition, long offset, byte @Nullable [] key, byte[] value, Optional<String> idempotencyKey, Optional<TraceContext> trace, PartitionProgress progress) {
    private static final int MAX_SHORT_KEY = 1000;

    Submitted in(Optional<TraceContext> itsTrace) {
        return new Submitted(partition, offset, key, value, idempotencyKey, itsTrace, progress);
    }

    /// The sender's own, unless it is what does not fit.
    byte @Nullable [] keyOfLetter(boolean whole) {
        return whole || key == null || key.length <= MAX_SHORT_KEY ? key : null;
    }

    /// Fingerprint of the value.
    long content() {
        return LedgerLine.fingerprint(value);
    }
}
