package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import dev.mayfly.wire.FailurePolicy;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Learns of the end of each asynchronous execution of a function, within the transaction that records it.
@FunctionalInterface
public interface InvocationListener {
    InvocationListener NONE = (handle, ended) -> {};

    void ended(Handle handle, Ended ended);

    /// @param id the execution's
    /// @param outcome its kind: `exited`
    /// @param end how it ended
    /// @param attempts how often its program was begun
    /// @param failures what was to happen if it failed
    record Ended(String tenant, Invocation invocation, String id, String outcome, End end, int attempts, Optional<FailurePolicy> failures) {}

    /// How an execution ended.
    enum End {
        SUCCESS,
        FAILURE,
        /// By somebody's wish.
        CANCELLED
    }

    /// This one, and then another.
    default InvocationListener and(InvocationListener other) {
        return (handle, ended) -> {
            ended(handle, ended);
            other.ended(handle, ended);
        };
    }
}
