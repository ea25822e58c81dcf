package dev.mayfly.wire;

import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.pool.Lane;
import java.util.Optional;

/// Whose request it is, and through which door it came.
///
/// @param id the execution's
/// @param functions that the request may name
/// @param invoked the function that the request's address names already
public record Requester(String id, String tenant, Lane lane, Trigger trigger, FunctionLookup functions, Optional<FunctionReference> invoked) {
    /// Somebody who waits, at a door without functions.
    public Requester(String id, String tenant) {
        this(id, tenant, FunctionLookup.NONE);
    }

    /// Somebody who waits.
    public Requester(String id, String tenant, FunctionLookup functions) {
        this(id, tenant, Trigger.API, functions);
    }

    /// A sender behind another trigger, such as a due time.
    public Requester(String id, String tenant, Trigger trigger, FunctionLookup functions) {
        this(id, tenant, Lane.INTERACTIVE, trigger, functions, Optional.empty());
    }

    public Requester invoking(FunctionReference function) {
        return new Requester(id, tenant, lane, trigger, functions, Optional.of(function));
    }
}
