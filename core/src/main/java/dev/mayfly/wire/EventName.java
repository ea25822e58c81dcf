package dev.mayfly.wire;

import dev.mayfly.sandbox.OutputChunk;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an event of an execution reports, as its `event` on the wire.
public enum EventName {
    /// The program begins; whatever came before of this execution is void.
    STARTED,
    /// The compiler has ended.
    COMPILED,
    /// One of several cases has ended.
    CASE,
    STDOUT,
    STDERR,
    /// The last one.
    OUTCOME,
    /// There is no execution. On sockets only: elsewhere it is the answer's status.
    REJECTED;

    /// Empty for one that only a later release knows.
    public static Optional<EventName> named(String wireName) {
        return Arrays.stream(values()).filter(name -> name.wireName().equals(wireName)).findFirst();
    }

    static EventName of(OutputChunk.Stream stream) {
        return switch (stream) {
            case STDOUT -> STDOUT;
            case STDERR -> STDERR;
        };
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
