package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;

/// One thing that a model can have done. A bean of this type is on offer; nothing else needs to know it. Thread-safe.
interface Tool {
    String name();

    /// For people.
    String title();

    /// Whether a call changes nothing that a later call could see.
    boolean isReadOnly();

    /// All that a model needs to know to use it rightly.
    String description(String tenant);

    /// JSON schemas.
    ObjectNode inputSchema(String tenant);

    ObjectNode outputSchema();

    /// Blocks until the result is there.
    ///
    /// @throws RejectedException the arguments are wrong, or it cannot be done now; a model is shown the reason
    ToolResult call(ToolCall call) throws RejectedException, InterruptedException;
}
