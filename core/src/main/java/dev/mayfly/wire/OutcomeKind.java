package dev.mayfly.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How an execution ended, as its `kind` on the wire.
public enum OutcomeKind {
    EXITED,
    SIGNALED,
    TIMED_OUT,
    OUT_OF_MEMORY,
    OUTPUT_LIMIT,
    COMPILE_FAILED,
    CANCELLED,
    FAILED;

    /// Empty for one that only a later release knows.
    public static Optional<OutcomeKind> named(String wireName) {
        return Arrays.stream(values()).filter(kind -> kind.wireName().equals(wireName)).findFirst();
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
