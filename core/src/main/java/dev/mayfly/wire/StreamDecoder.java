package dev.mayfly.wire;

import java.util.Arrays;
import java.util.Optional;

/// Cuts one stream's bytes into events at character borders: a character that a chunk splits waits for its rest.
/// Not thread-safe.
final class StreamDecoder {
    private static final int LONGEST_CHARACTER = 4;

    private byte[] held = new byte[0];

    record Text(String data, Encoding encoding) {}

    /// What can be sent now; empty when the bytes are only a part of a character.
    Optional<Text> decode(byte[] bytes) {
        byte[] all = joined(bytes);
        int whole = all.length - incompleteTail(all);
        Optional<String> text = Encoding.text(all, 0, whole);
        if (text.isEmpty()) {
            held = new byte[0];
            return Optional.of(new Text(Encoding.BASE64.encode(all), Encoding.BASE64));
        }
        held = Arrays.copyOfRange(all, whole, all.length);
        return whole == 0 ? Optional.empty() : Optional.of(new Text(text.get(), Encoding.UTF_8_TEXT));
    }

    /// The rest at the end of the stream: half a character, as bytes.
    Optional<Text> end() {
        byte[] rest = held;
        held = new byte[0];
        return rest.length == 0 ? Optional.empty() : Optional.of(new Text(Encoding.BASE64.encode(rest), Encoding.BASE64));
    }

    private byte[] joined(byte[] bytes) {
        if (held.length == 0) {
            return bytes;
        }
        byte[] all = Arrays.copyOf(held, held.length + bytes.length);
        System.arraycopy(bytes, 0, all, held.length, bytes.length);
        return all;
    }

    private static int incompleteTail(byte[] bytes) {
        for (int back = 1; back < LONGEST_CHARACTER && back <= bytes.length; back++) {
            int b = bytes[bytes.length - back] & 0xFF;
            if (b < 0x80) {
                return 0;
            }
            if (b >= 0xC0) {
                int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return length > back ? back : 0;
            }
        }
        return 0;
    }
}
