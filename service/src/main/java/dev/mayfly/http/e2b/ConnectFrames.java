package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Messages of a Connect stream: a byte of flags, four of length, and JSON (connectrpc.com/docs/protocol#streaming-rpcs).
final class ConnectFrames {
    private static final int HEAD_BYTES = 5;
    private static final byte MESSAGE = 0;
    private static final byte END = 2;

    private ConnectFrames() {}

    static byte[] message(JsonObject message) {
        return frame(MESSAGE, message);
    }

    static byte[] end() {
        return frame(END, new JsonObject());
    }

    static byte[] end(String code, String message) {
        return frame(END, JsonObject.of("error", JsonObject.of("code", code, "message", message)));
    }

    private static byte[] frame(byte flags, JsonObject json) {
        byte[] text = json.encode().getBytes(UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + text.length).put(flags).putInt(text.length).put(text).array();
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// The one message of a request whose answer streams.
    static byte[] request(byte[] body) throws RejectedException {
        if (body.length < HEAD_BYTES || body[0] != MESSAGE || ByteBuffer.wrap(body).getInt(1) != body.length - HEAD_BYTES) {
            throw RejectedException.invalid("", "the body must be one message that is not compressed: a zero, its length in four bytes, and JSON");
        }
        return Arrays.copyOfRange(body, HEAD_BYTES, body.length);
    }
}
