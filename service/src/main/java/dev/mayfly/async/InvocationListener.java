package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import org.jdbi.v3.core.Handle;

/// Learns of the end of each asynchronous execution of a function, within the transaction that records it.
@FunctionalInterface
public interface InvocationListener {
    InvocationListener NONE = (handle, tenant, invocation, id) -> {};

    /// @param id the execution's
    void ended(Handle handle, String tenant, Invocation invocation, String id);
}
