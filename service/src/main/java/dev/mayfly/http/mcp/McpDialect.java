package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.mayfly.http.Dialect;
import dev.mayfly.wire.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/// Whatever is refused below `/mcp` is a JSON-RPC error, with the status and the headers that the problem has.
@Singleton
class McpDialect implements Dialect {
    private final McpSettings settings;

    McpDialect(McpSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean isSpokenAt(String path) {
        return path.equals(McpResource.PATH) || path.startsWith(McpResource.PATH + "/");
    }

    @Override
    public String error(Problem problem) {
        var data = Json.STRICT.createObjectNode().put("type", problem.type()).put("title", problem.title()).put("status", problem.status());
        return RpcError.ofStatus(problem.status(), problem.detail(), data).answer(NullNode.getInstance()).toString();
    }

    @Override
    public String challenge(RoutingContext exchange) {
        return settings.authorizationServer().isEmpty() ? Dialect.super.challenge(exchange) : "Bearer resource_metadata=\"%s\"".formatted(ProtectedResource.address(exchange));
    }
}
