package dev.mayfly.kafka;

import org.jspecify.annotations.Nullable;

/// One record of the submissions, and the progress of its partition under the ownership in which it was read.
///
/// @param key as the sender chose it; it need not be the id
record Submitted(int partition, long offset, byte @Nullable [] key, byte[] value, PartitionProgress progress) {
    /// Fingerprint of the value.
    long content() {
        return LedgerLine.fingerprint(value);
    }
}
