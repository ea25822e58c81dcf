package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Json;
import java.util.Optional;

/// What a client sent: a request, or, without an id, a notification.
///
/// @param method empty where it answers something, which nobody here has asked
record Message(Optional<JsonNode> id, String method, ObjectNode params) {
    static final String META = "_meta";

    static Message read(byte[] json) throws RpcException {
        JsonNode tree = tree(json);
        if (tree instanceof ArrayNode) {
            throw new RpcException(RpcError.invalidRequest("a POST has one JSON-RPC message; batches are not taken"));
        }
        if (!(tree instanceof ObjectNode object) || !"2.0".equals(object.path("jsonrpc").textValue())) {
            throw new RpcException(RpcError.invalidRequest("a message must be a JSON object with \"jsonrpc\": \"2.0\""));
        }
        return new Message(id(object), method(object), params(object));
    }

    private static JsonNode tree(byte[] json) throws RpcException {
        try {
            return Json.tree(json);
        } catch (RejectedException e) {
            throw new RpcException(RpcError.parse(e.detail()));
        }
    }

    private static Optional<JsonNode> id(ObjectNode object) throws RpcException {
        JsonNode id = object.get("id");
        if (id != null && !id.isTextual() && !id.isIntegralNumber()) {
            throw new RpcException(RpcError.invalidRequest("id must be a string or a whole number"));
        }
        return Optional.ofNullable(id);
    }

    private static String method(ObjectNode object) throws RpcException {
        JsonNode method = object.get("method");
        if (method != null && method.isTextual()) {
            return method.textValue();
        }
        if (method == null && (object.has("result") || object.has("error"))) {
            return "";
        }
        throw new RpcException(RpcError.invalidRequest("method must be a string"));
    }

    private static ObjectNode params(ObjectNode object) throws RpcException {
        JsonNode params = object.get("params");
        if (params == null) {
            return Json.STRICT.createObjectNode();
        }
        if (params instanceof ObjectNode named) {
            return named;
        }
        throw new RpcException(RpcError.invalidRequest("params must be an object"));
    }

    boolean isRequest() {
        return id.isPresent() && !method.isEmpty();
    }

    JsonNode idOrNull() {
        return id.orElse(NullNode.getInstance());
    }

    JsonNode meta() {
        return params.path(META);
    }

    /// With which the client asks to hear how far its request is.
    Optional<JsonNode> progressToken() {
        JsonNode token = meta().path("progressToken");
        return token.isTextual() || token.isIntegralNumber() ? Optional.of(token) : Optional.empty();
    }

    String requireText(String param) throws RpcException {
        JsonNode value = params.path(param);
        if (!value.isTextual()) {
            throw new RpcException(RpcError.invalidParams("params.%s must be a string".formatted(param)));
        }
        return value.textValue();
    }

    ObjectNode result(ObjectNode result) {
        ObjectNode answer = Json.STRICT.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", idOrNull());
        answer.set("result", result);
        return answer;
    }
}
