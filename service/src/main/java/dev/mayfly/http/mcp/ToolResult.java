package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Json;
import java.util.List;

/// What a model gets back.
///
/// @param structured as the tool's output schema describes it; clients that do not know it find the same as text
/// @param blocks images and links behind that text
record ToolResult(ObjectNode structured, List<ObjectNode> blocks) {
    ToolResult {
        blocks = List.copyOf(blocks);
    }

    ObjectNode json() {
        ObjectNode result = Json.STRICT.createObjectNode();
        result.putArray("content").add(text(structured.toString())).addAll(blocks);
        result.set("structuredContent", structured);
        return result.put("isError", false);
    }

    static ObjectNode text(String text) {
        return Json.STRICT.createObjectNode().put("type", "text").put("text", text);
    }

    /// A model can mend what it reads.
    static ObjectNode rejected(RejectedException rejection) {
        String again = rejection.retryAfterSeconds().map("; try again in %d s"::formatted).orElse("");
        ObjectNode result = Json.STRICT.createObjectNode();
        result.putArray("content").add(text(rejection.detail() + again));
        return result.put("isError", true);
    }
}
