package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.mayfly.execution.RejectedException;
import java.io.IOException;

/// The mapper of every door. Strict: what we do not understand, we do not guess.
public final class Json {
    /// Jackson's own bound, 20 million, is below what a body and a result may have.
    private static final int MAX_STRING_LENGTH = 64 << 20;

    public static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING_LENGTH).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // user code stays out of messages
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // a function's input stays as it was written
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, text -> text
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private Json() {}

    /// A request's body. Whatever is wrong is a rejection that names the field.
    ///
    /// @param json as its sender wrote it, a whole document
    public static <T> T read(byte[] json, Class<T> type) throws RejectedException {
        return RequestDocument.parse(json).as(type);
    }

    /// A part of a request's body.
    public static <T> T read(ObjectNode part, Class<T> type) throws RejectedException {
        return new RequestDocument(part).as(type);
    }

    /// A request's body of whatever kind: for a door whose messages are not all objects of one type.
    ///
    /// @param json as its sender wrote it, a whole document
    public static JsonNode tree(byte[] json) throws RejectedException {
        JsonText.check(json);
        try {
            return STRICT.readTree(json);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw invalid("", "the body is not JSON: %s (line %d, column %d)"
                    .formatted(e.getOriginalMessage(), at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr()));
        } catch (IOException e) {
            throw invalid("", "the body cannot be read: " + e.getMessage());
        }
    }
}
