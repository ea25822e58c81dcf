package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The tools on offer, by name. Thread-safe.
@Singleton
class Tools {
    private final List<Tool> all;

    Tools(@All List<Tool> all) {
        this.all = all.stream().sorted(Comparator.comparing(Tool::name)).toList();
    }

    Tool named(String name) throws RpcException {
        return all.stream().filter(tool -> tool.name().equals(name)).findFirst().orElseThrow(() -> new RpcException(RpcError.invalidParams(
                "there is no tool %s; the tools are %s".formatted(name, all.stream().map(Tool::name).collect(Collectors.joining(", "))))));
    }

    ObjectNode list(String tenant) {
        ObjectNode result = Json.STRICT.createObjectNode();
        ArrayNode list = result.putArray("tools");
        for (Tool tool : all) {
            ObjectNode described = list.addObject().put("name", tool.name()).put("title", tool.title()).put("description", tool.description(tenant));
            described.set("inputSchema", tool.inputSchema(tenant));
            described.set("outputSchema", tool.outputSchema());
            // what a program does stays in its sandbox, which has no network
            described.putObject("annotations").put("readOnlyHint", tool.isReadOnly()).put("destructiveHint", false).put("openWorldHint", false);
        }
        return result;
    }
}
