package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.TraceContext;
import java.util.Optional;

/// One use of a tool.
///
/// @param cancellation ends it when the client leaves or takes it back
/// @param hold its room in the heap
record ToolCall(
        String tenant, ProtocolVersion version, ObjectNode arguments, Cancellation cancellation, HeapBudget.Hold hold, Progress progress, Optional<TraceContext> trace) {
    ToolCall with(Progress other) {
        return new ToolCall(tenant, version, arguments, cancellation, hold, other, trace);
    }
}
