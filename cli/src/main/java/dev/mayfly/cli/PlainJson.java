package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSON.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// JSON of a short run: records out, maps in. The doors' mapper takes more than half as long to come to life as a
/// whole run does.
final class PlainJson {
    private static final int MAX_STRING_LENGTH = 64 << 20; // as a service's own

    private static final JSON CODEC = JSON.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING_LENGTH).build())
                    .build())
            .enable(Feature.USE_FIELD_MATCHING_GETTERS) // a record's
            .build();

    private PlainJson() {}

    static String write(Object value) {
        try {
            return CODEC.asString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> read(String json) throws IOException {
        return CODEC.mapFrom(json);
    }
}
