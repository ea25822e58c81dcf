package dev.mayfly.kafka;

import java.util.concurrent.CompletableFuture;

/// One ended record and what is to be sent about it.
///
/// @param visible completed with true when it is; with false when that is not ours to do any more
record EndedRecord(Submitted submitted, RecordOutcome ending, CompletableFuture<Boolean> visible) {
    private static final long ENVELOPE_BYTES = 512;

    /// What it takes in a transaction, by and large.
    long bytes() {
        return ENVELOPE_BYTES + switch (ending) {
            case RecordOutcome.Result result -> result.json().length;
            case RecordOutcome.DeadLetter _, RecordOutcome.Moved _ -> submitted.value().length;
            case RecordOutcome.Unreported _, RecordOutcome.Duplicate _ -> 0;
        };
    }

    /// The same in a form that is smaller.
    EndedRecord shortened() {
        if (ending instanceof RecordOutcome.Result result) {
            submitted.progress().release(result.id()); // it will have none
        }
        return new EndedRecord(submitted, ending.shortened(), visible);
    }
}
