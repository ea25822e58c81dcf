package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.wire.FailurePolicy;
import java.time.Instant;
import java.util.Optional;

/// An execution that this replica has taken on. Only its owner, in this attempt, may write to it.
///
/// @param firstEvent the number of this attempt's first event
/// @param begun how often its program began before
/// @param cancelRequested its caller wants it to end before it begins
/// @param trace its sender's
/// @param invocation where it is a function's
/// @param failures what happens when its program fails
/// @param retried how often that has happened, and it was tried again
record Claim(
        String id, String tenant, String owner, int attempt, long firstEvent, byte[] body, boolean cancelRequested, Instant acceptedAt, int begun,
        Optional<TraceContext> trace, Optional<Invocation> invocation, Optional<FailurePolicy> failures, int retried) {
    /// Of one that was accepted together with it.
    static Claim first(NewExecution execution, String owner) {
        return new Claim(execution.id(), execution.tenant(), owner, 1, 0, execution.body(), false, execution.acceptedAt(), 0, execution.request().submission().trace(),
                execution.request().submission().invocation(), execution.request().failures(), 0);
    }
}
