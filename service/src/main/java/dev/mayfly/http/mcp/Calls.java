package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;

/// `tools/call`. Thread-safe.
@Singleton
class Calls {
    static final String METHOD = "tools/call";
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    private final Tools tools;
    private final Results results;

    Calls(Tools tools, Results results) {
        this.tools = tools;
        this.results = results;
    }

    /// Blocks until the tool is done. Whatever it comes to is an answer.
    ObjectNode answer(Message message, ToolCall call) throws InterruptedException {
        try {
            Tool tool = tools.named(message.requireText("name"));
            return message.result(results.of(call.version(), result(tool, call)));
        } catch (RpcException e) {
            return e.error().answer(message.idOrNull());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a tool failed", e);
            return RpcError.internal().answer(message.idOrNull());
        }
    }

    private static ObjectNode result(Tool tool, ToolCall call) throws InterruptedException {
        try {
            return tool.call(call).json();
        } catch (RejectedException e) {
            return ToolResult.rejected(e);
        }
    }
}
