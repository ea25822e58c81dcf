package dev.mayfly.http.piston;

import dev.mayfly.sandbox.OutputChunk;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/// Output as text in the order in which it was written over both streams. A character that is split between two pieces
/// of its stream is put together; what is not UTF-8 becomes U+FFFD, since the protocol has no other form. Not
/// thread-safe.
final class TextOutput {
    @FunctionalInterface
    interface Receiver {
        void text(OutputChunk.Stream stream, String text) throws InterruptedException;
    }

    private final Receiver receiver;
    private final Map<OutputChunk.Stream, Text> texts = new EnumMap<>(OutputChunk.Stream.class);

    TextOutput(Receiver receiver) {
        this.receiver = receiver;
    }

    void accept(OutputChunk.Stream stream, byte[] bytes) throws InterruptedException {
        send(stream, texts.computeIfAbsent(stream, first -> new Text()).next(bytes, false));
    }

    /// Nothing comes any more: half a character is none.
    void end() throws InterruptedException {
        for (var text : texts.entrySet()) {
            send(text.getKey(), text.getValue().next(new byte[0], true));
        }
        texts.clear();
    }

    private void send(OutputChunk.Stream stream, String text) throws InterruptedException {
        if (!text.isEmpty()) {
            receiver.text(stream, text);
        }
    }

    /// Of one stream.
    private static final class Text {
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
        private ByteBuffer held = ByteBuffer.allocate(0);

        String next(byte[] bytes, boolean last) {
            ByteBuffer in = ByteBuffer.allocate(held.remaining() + bytes.length).put(held).put(bytes).flip();
            CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
            decoder.decode(in, out, last);
            held = in;
            return out.flip().toString();
        }
    }
}
