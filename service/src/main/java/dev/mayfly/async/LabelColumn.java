package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.mayfly.wire.Json;
import java.util.Map;

/// LabelColumn as their column has them.
final class LabelColumn {
    private LabelColumn() {}

    static Map<String, String> of(String json) {
        try {
            return Json.STRICT.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String json(Map<String, String> labels) {
        try {
            return Json.STRICT.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
