package dev.mayfly.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.sandbox.WindowSize;
import java.util.Map;

/// A terminal's size as JSON: `{"rows": 24, "cols": 80}`.
final class WindowView {
    private WindowView() {}

    /// Throws `IllegalArgumentException`, naming the field, when it is something else.
    static WindowSize read(String field, JsonNode value) {
        if (!(value instanceof ObjectNode size) || size.size() != 2) {
            throw new IllegalArgumentException("%s must be {\"rows\": …, \"cols\": …}".formatted(field));
        }
        for (Map.Entry<String, JsonNode> part : size.properties()) {
            if (!part.getValue().isInt()) {
                throw new IllegalArgumentException("%s.%s must be a whole number".formatted(field, part.getKey()));
            }
        }
        if (!size.has("rows") || !size.has("cols")) {
            throw new IllegalArgumentException("%s must have rows and cols".formatted(field));
        }
        try {
            return new WindowSize(size.get("rows").intValue(), size.get("cols").intValue());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s.%s".formatted(field, e.getMessage()), e);
        }
    }
}
