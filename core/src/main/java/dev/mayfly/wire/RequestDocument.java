package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The JSON object of a request: fields of its door are taken out of it, and the rest is a `SubmissionRequest`.
/// Whatever is wrong is a rejection that names the field.
record RequestDocument(ObjectNode tree) {
    static final String TERMINAL = "tty";
    private static final String FUNCTION = "function";
    private static final Pattern NAME = Pattern.compile("[!-~]{1,200}");

    /// @param json as its sender wrote it, a whole document
    static RequestDocument parse(byte[] json) throws RejectedException {
        if (Json.tree(json) instanceof ObjectNode tree) {
            return new RequestDocument(tree);
        }
        throw invalid("", "the body must be a JSON object");
    }

    Optional<JsonNode> take(String field) {
        return Optional.ofNullable(tree.remove(field));
    }

    /// A field that is an object of this type.
    <T> Optional<T> take(String field, Class<T> type) throws RejectedException {
        Optional<JsonNode> value = take(field);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isObject()) {
            throw invalid(field, "%s must be a JSON object".formatted(field));
        }
        return Optional.of(as(value.get(), field, type));
    }

    /// A field of 1 to 200 printable ASCII characters.
    Optional<String> takeName(String field) throws RejectedException {
        Optional<JsonNode> name = take(field);
        if (name.isPresent() && (!name.get().isTextual() || !NAME.matcher(name.get().textValue()).matches())) {
            throw invalid(field, "%s must have 1 to 200 printable ASCII characters and no space".formatted(field));
        }
        return name.map(JsonNode::textValue);
    }

    /// With the function that its address names.
    SubmissionRequest request(Requester requester) throws RejectedException {
        if (requester.invoked().isPresent()) {
            if (tree.has(FUNCTION)) {
                throw invalid(FUNCTION, "the URL already names the function; leave out `function`");
            }
            tree.put(FUNCTION, requester.invoked().get().toString());
        }
        return request();
    }

    SubmissionRequest request() throws RejectedException {
        if (tree.has(TERMINAL)) {
            throw invalid(TERMINAL, "tty is supported only by the WebSocket at /v1/executions/interactive");
        }
        return as(SubmissionRequest.class);
    }

    <T> T as(Class<T> type) throws RejectedException {
        return as(tree, "", type);
    }

    private static <T> T as(JsonNode json, String within, Class<T> type) throws RejectedException {
        try {
            return Json.STRICT.treeToValue(json, type);
        } catch (UnrecognizedPropertyException e) {
            throw invalid(path(within, e), "the field %s is unknown".formatted(e.getPropertyName()));
        } catch (JsonProcessingException e) {
            String field = e instanceof JsonMappingException mapping ? path(within, mapping) : within;
            String name = field.isEmpty() ? "the body" : field;
            throw invalid(field, expected(e).map(words -> "%s must be %s".formatted(name, words)).orElse("%s does not fit: %s".formatted(name, e.getOriginalMessage())));
        }
    }

    private static Optional<String> expected(JsonProcessingException e) {
        if (e.getCause() instanceof InputCoercionException) {
            return Optional.of("a smaller whole number");
        }
        if (!(e instanceof MismatchedInputException mismatch) || mismatch.getTargetType() == null) {
            return Optional.empty();
        }
        Class<?> type = mismatch.getTargetType();
        if (CharSequence.class.isAssignableFrom(type)) {
            return Optional.of("text");
        }
        if (type == Integer.class || type == Long.class) {
            return Optional.of("a whole number");
        }
        if (Number.class.isAssignableFrom(type)) {
            return Optional.of("a number");
        }
        if (type == Boolean.class) {
            return Optional.of("true or false");
        }
        if (Collection.class.isAssignableFrom(type)) {
            return Optional.of("a list");
        }
        return type.isRecord() || Map.class.isAssignableFrom(type) ? Optional.of("a JSON object") : Optional.empty();
    }

    private static String path(String within, JsonMappingException e) {
        var path = new StringBuilder(within);
        for (var step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }
}
