package dev.mayfly.execution;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Which version of which function a submission runs, and what asked for it.
///
/// @param concurrency how many executions the function may have at the same time, if that is bounded: by its current
///     version
public record Invocation(String function, int version, Trigger trigger, OptionalInt concurrency) {
    public Invocation boundedBy(OptionalInt most) {
        return new Invocation(function, version, trigger, most);
    }

    public enum Trigger {
        /// A request to the API, over HTTP or a WebSocket.
        API,
        /// A record of a topic.
        KAFKA,
        /// A due time.
        SCHEDULE,
        /// A request to the function's own address.
        HTTP,
        /// The failure of another function.
        FAILURE;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Empty for one of a later release.
        public static Optional<Trigger> named(String wireName) {
            return Arrays.stream(values()).filter(trigger -> trigger.wireName().equals(wireName)).findFirst();
        }
    }
}
