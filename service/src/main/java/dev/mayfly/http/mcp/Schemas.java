package dev.mayfly.http.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;

/// JSON schemas that are written down as text.
final class Schemas {
    private Schemas() {}

    static ObjectNode of(String json) {
        try {
            return (ObjectNode) Json.STRICT.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
