package dev.mayfly.kafka;

import java.util.concurrent.CompletableFuture;

/// One ended record and what is to be sent about it.
///
/// @param visible completed with true when it is; with false when that is not ours to do any more
record Ended(Submitted submitted, Ending ending, CompletableFuture<Boolean> visible) {
    private static final long ENVELOPE_BYTES = 512;

    /// What it takes in a transaction, by and large.
    long bytes() {
        return ENVELOPE_BYTES + switch (ending) {
            case Ending.Result result -> result.json().length;
            case Ending.DeadLetter _, Ending.Moved _ -> submitted.value().length;
            case Ending.Untold _, Ending.Duplicate _ -> 0;
        };
    }

    /// The same in a form that is smaller.
    Ended shortened() {
        if (ending instanceof Ending.Result result) {
            submitted.progress().release(result.id()); // it will have none
        }
        return new Ended(submitted, ending.shortened(), visible);
    }
}
