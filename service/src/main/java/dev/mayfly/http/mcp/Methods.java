package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Json;
import jakarta.inject.Singleton;

/// The methods that answer without a program. Thread-safe.
@Singleton
class Methods {
    private static final String INSTRUCTIONS = """
            Mayfly runs programs in fresh sandboxes without a network: run_code runs one and returns its output. Nothing is kept between calls.""";

    private final Tools tools;
    private final Resources resources;
    private final Results results;

    Methods(Tools tools, Resources resources, Results results) {
        this.tools = tools;
        this.resources = resources;
        this.results = results;
    }

    ObjectNode result(Message message, ProtocolVersion version, String tenant, HeapBudget.Hold hold) throws RpcException, RejectedException, InterruptedException {
        return switch (message.method()) {
            case "tools/list" -> results.cacheable(version, tools.list(tenant));
            case "resources/list" -> results.cacheable(version, resources.list(tenant));
            case "resources/templates/list" -> results.cacheable(version, Resources.templates());
            case "resources/read" -> results.cacheable(version, resources.read(tenant, message.requireText("uri"), version, hold));
            default -> version.isModern() ? modern(message, version) : withHandshake(message, version);
        };
    }

    private ObjectNode modern(Message message, ProtocolVersion version) throws RpcException {
        if (!message.method().equals("server/discover")) {
            throw new RpcException(RpcError.methodNotFound(message.method(), version));
        }
        ObjectNode result = Json.STRICT.createObjectNode();
        ProtocolVersion.names(true).forEach(result.putArray("supportedVersions")::add);
        return results.cacheable(version, introduced(result));
    }

    private ObjectNode withHandshake(Message message, ProtocolVersion version) throws RpcException {
        return switch (message.method()) {
            case Negotiation.INITIALIZE -> introduced(Json.STRICT.createObjectNode().put("protocolVersion", agreed(message.requireText("protocolVersion")).wireName()));
            case "ping" -> Json.STRICT.createObjectNode();
            default -> throw new RpcException(RpcError.methodNotFound(message.method(), version));
        };
    }

    private static ProtocolVersion agreed(String wanted) {
        return ProtocolVersion.named(wanted).filter(version -> !version.isModern()).orElse(ProtocolVersion.NEWEST_WITH_HANDSHAKE);
    }

    private ObjectNode introduced(ObjectNode result) {
        ObjectNode capabilities = result.putObject("capabilities");
        capabilities.putObject("tools");
        capabilities.putObject("resources");
        result.set("serverInfo", results.serverInfo());
        return result.put("instructions", INSTRUCTIONS);
    }
}
