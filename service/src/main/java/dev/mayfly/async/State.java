package dev.mayfly.async;

import java.util.Locale;

/// Where an execution is.
public enum State {
    QUEUED,
    /// A replica has it: it waits for its sandbox, or runs.
    RUNNING,
    FINISHED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
