package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Messages from and to a driver of cells: four bytes of length, and a cell or JSON. What comes from it may have been written by
/// the user's code: it is bounded, and what does not fit is an `IllegalArgumentException`.
final class CellMessages {
    private static final int BESIDE_OUTPUT_BYTES = 1 << 16;
    private static final int MOST_SKIPPED_BYTES = 1 << 28;
    private static final int MOST_TOKENS = 50_000;
    private static final int MOST_DEPTH = 500; // what is sent on has a few levels more
    private static final JsonMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH).maxTokenCount(MOST_TOKENS).build()).build())
            .build();

    private final long maxBytes;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int needed = Integer.BYTES;
    private long skipping;

    /// @param maxOutputBytes what a cell may show at most
    CellMessages(long maxOutputBytes) {
        maxBytes = maxOutputBytes + BESIDE_OUTPUT_BYTES;
    }

    enum Kind {
        /// A message that is longer than what a cell may show: only its length is known.
        TOO_LONG,
        READY,
        DISPLAY,
        RESULT,
        ERROR,
        DONE
    }

    /// @param id of the cell
    /// @param bytes how long it was
    record Message(Kind kind, int id, Optional<SessionEvent> event, long bytes) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Wire(@Nullable String type, int id, @Nullable Map<String, JsonNode> data, @Nullable String name, @Nullable String message, @Nullable String trace) {
        Message read(long bytes) {
            return switch (kind()) {
                case READY -> new Message(Kind.READY, id, Optional.empty(), bytes);
                case DONE -> new Message(Kind.DONE, id, Optional.empty(), bytes);
                case DISPLAY -> new Message(Kind.DISPLAY, id, Optional.of(new SessionEvent.Display(present(data), bytes)), bytes);
                case RESULT -> new Message(Kind.RESULT, id, Optional.of(new SessionEvent.Result(present(data), bytes)), bytes);
                case ERROR -> new Message(Kind.ERROR, id, Optional.of(new SessionEvent.Raised(present(name), present(message), present(trace))), bytes);
                case TOO_LONG -> throw new IllegalArgumentException("a message of cells has an unknown type");
            };
        }

        private Kind kind() {
            for (Kind kind : Kind.values()) {
                if (kind.name().equalsIgnoreCase(type)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("a message of cells has an unknown type");
        }

        static <T> T present(@Nullable T value) {
            if (value == null) {
                throw new IllegalArgumentException("a message of cells is incomplete");
            }
            return value;
        }
    }

    static byte[] cell(int id, String code) {
        byte[] text = code.getBytes(UTF_8);
        return ByteBuffer.allocate(2 * Integer.BYTES + text.length).putInt(Integer.BYTES + text.length).putInt(id).put(text).array();
    }

    /// Takes bytes, and hands over the messages that are whole.
    void take(byte[] bytes, Consumer<Message> receiver) {
        int skipped = (int) Math.min(skipping, bytes.length);
        skipping -= skipped;
        received.write(bytes, skipped, bytes.length - skipped);
        if (received.size() < needed) {
            return;
        }
        needed = Integer.BYTES;
        ByteBuffer all = ByteBuffer.wrap(received.toByteArray());
        while (all.remaining() >= Integer.BYTES) {
            int length = all.getInt(all.position());
            if (length < 0 || length > MOST_SKIPPED_BYTES) {
                throw new IllegalArgumentException("a message of cells is too long");
            }
            if (length > maxBytes) {
                all.getInt();
                int there = Math.min(length, all.remaining());
                all.position(all.position() + there);
                skipping = (long) length - there;
                receiver.accept(new Message(Kind.TOO_LONG, 0, Optional.empty(), length));
                continue;
            }
            needed = Integer.BYTES + length;
            if (all.remaining() < needed) {
                break;
            }
            needed = Integer.BYTES;
            byte[] body = new byte[length];
            all.getInt();
            all.get(body);
            receiver.accept(read(body));
        }
        received.reset();
        received.write(all.array(), all.position(), all.remaining());
    }

    private static Message read(byte[] body) {
        try {
            return Wire.present(JSON.readValue(body, Wire.class)).read(body.length);
        } catch (IOException e) {
            throw new IllegalArgumentException("a message of cells is not JSON, or has too many parts", e);
        }
    }
}
