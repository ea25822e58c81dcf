package dev.mayfly.function;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.FunctionDefinition;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Learns what a function is from now on, within the transaction that makes it so.
public interface FunctionListener {
    FunctionListener NONE = (handle, tenant, name, definition) -> {};

    /// @param definition of the version that is the current one now; empty where the function was deleted
    void changed(Handle handle, String tenant, String name, Optional<FunctionDefinition> definition);

    /// Before a definition is stored.
    ///
    /// @throws RejectedException it is wrong
    default void check(String tenant, String name, FunctionDefinition definition) throws RejectedException {}
}
