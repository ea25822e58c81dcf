package dev.mayfly.wire;

import java.util.Locale;

/// How an execution ended, as its `kind` on the wire.
public enum OutcomeKind {
    EXITED,
    SIGNALED,
    TIMED_OUT,
    OUT_OF_MEMORY,
    OUTPUT_LIMIT,
    CANCELLED,
    FAILED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
