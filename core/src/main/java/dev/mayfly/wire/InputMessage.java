package dev.mayfly.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.WindowSize;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client sends while its program runs.
///
/// @param stdin a piece of the input; `encoding` is `utf-8` (the default) or `base64`
/// @param eof the input ends here
/// @param signal for the program's process group, 1 to 31; 0 for none. In JSON also by name: `SIGINT` or `INT`
/// @param resize the terminal's new size, of a run that has one
public record InputMessage(byte[] stdin, boolean eof, int signal, Optional<WindowSize> resize) {

    /// Throws `IllegalArgumentException` when it is something else; the message is for its sender.
    public static InputMessage read(byte[] json) {
        ObjectNode tree = tree(json);
        byte[] stdin = new byte[0];
        boolean eof = false;
        int signal = 0;
        Optional<WindowSize> resize = Optional.empty();
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value.isNull()) {
                continue;
            }
            switch (name) {
                case "stdin" -> stdin = Encoding.byName(text(tree, "encoding")).decode(String.valueOf(text(tree, name)));
                case "encoding" -> Encoding.byName(text(tree, name));
                case "eof" -> eof = flag(name, value);
                case "signal" -> signal = signal(value);
                case "resize" -> resize = Optional.of(WindowView.read(name, value));
                default -> throw new IllegalArgumentException("the field %s is unknown".formatted(name));
            }
        }
        return new InputMessage(stdin, eof, signal, resize);
    }

    private static ObjectNode tree(byte[] json) {
        try {
            if (Json.STRICT.readTree(json) instanceof ObjectNode tree) {
                return tree;
            }
            throw new IllegalArgumentException("a message must be a JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the message is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the message cannot be read", e);
        }
    }

    private static @Nullable String text(ObjectNode tree, String name) {
        JsonNode value = tree.get(name);
        if (value != null && !value.isTextual() && !value.isNull()) {
            throw new IllegalArgumentException("%s must be a string".formatted(name));
        }
        return value == null ? null : value.textValue();
    }

    private static boolean flag(String name, JsonNode value) {
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("%s must be true or false".formatted(name));
        }
        return value.booleanValue();
    }

    private static int signal(JsonNode value) {
        int number = value.isTextual() ? Signals.number(value.textValue()) : value.canConvertToExactIntegral() && value.canConvertToInt() ? value.intValue() : -1;
        if (number < 1 || number > Signals.MAX) {
            throw new IllegalArgumentException("signal must be a name such as SIGINT or INT, or a number between 1 and %d; got %s".formatted(Signals.MAX, value.asText()));
        }
        return number;
    }
}
