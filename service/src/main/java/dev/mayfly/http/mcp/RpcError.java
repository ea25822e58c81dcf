package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.util.Optional;
import java.util.stream.Stream;

/// A JSON-RPC error and the status of its HTTP answer. What is wrong with the message itself has a status of its own;
/// what its method reports comes with 200.
record RpcError(int code, String message, Optional<JsonNode> data, int status) {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int PARSE = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL = -32603;
    private static final int SERVER = -32000;
    private static final int NO_RESOURCE = -32002;
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;

    static RpcError parse(String message) {
        return error(PARSE, message, BAD_REQUEST);
    }

    static RpcError invalidRequest(String message) {
        return error(INVALID_REQUEST, message, BAD_REQUEST);
    }

    /// Of what every request of its revision must have.
    static RpcError invalidEnvelope(String message) {
        return error(INVALID_PARAMS, message, BAD_REQUEST);
    }

    static RpcError headerMismatch(String message) {
        return error(HEADER_MISMATCH, message, BAD_REQUEST);
    }

    static RpcError unsupportedVersion(String requested) {
        ObjectNode data = Json.STRICT.createObjectNode().put("requested", requested);
        Stream.of(true, false).flatMap(modern -> ProtocolVersion.names(modern).reversed().stream()).forEach(data.putArray("supported")::add);
        return new RpcError(UNSUPPORTED_VERSION, "unsupported protocol version " + requested, Optional.of(data), BAD_REQUEST);
    }

    /// Before 2026-07-28, 404 would mean that the session has ended.
    static RpcError methodNotFound(String method, ProtocolVersion version) {
        return error(METHOD_NOT_FOUND, "there is no method " + method, version.isModern() ? NOT_FOUND : OK);
    }

    static RpcError invalidParams(String message) {
        return error(INVALID_PARAMS, message, OK);
    }

    static RpcError noResource(String message, ProtocolVersion version) {
        return error(version.isModern() ? INVALID_PARAMS : NO_RESOURCE, message, OK);
    }

    static RpcError cancelled() {
        return error(SERVER, "cancelled", OK);
    }

    static RpcError internal() {
        return error(INTERNAL, "something in Mayfly went wrong", OK);
    }

    /// Of what the HTTP side refuses.
    static RpcError ofStatus(int status, String message, JsonNode data) {
        int code = switch (status) {
            case BAD_REQUEST -> INVALID_REQUEST;
            case NOT_FOUND -> METHOD_NOT_FOUND;
            default -> status == 500 ? INTERNAL : SERVER;
        };
        return new RpcError(code, message, Optional.of(data), status);
    }

    private static RpcError error(int code, String message, int status) {
        return new RpcError(code, message, Optional.empty(), status);
    }

    /// @param id of the request; null where it is not known
    ObjectNode answer(JsonNode id) {
        ObjectNode answer = Json.STRICT.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", id);
        ObjectNode error = answer.putObject("error").put("code", code).put("message", message);
        data.ifPresent(more -> error.set("data", more));
        return answer;
    }
}
