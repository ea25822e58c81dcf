package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/// JSON text is UTF-8 (RFC 8259, 8.1), and its strings have whole characters. The parser takes overlong forms, halves
/// of surrogate pairs, UTF-16 and UTF-32, and what comes out is not what the sender wrote.
final class JsonText {
    private static final int CHUNK = 8192;
    private static final int ESCAPE_LENGTH = 6;

    private JsonText() {}

    static void check(byte[] json) throws RejectedException {
        CharsetDecoder decoder = UTF_8.newDecoder();
        var in = ByteBuffer.wrap(json);
        var out = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw RejectedException.invalid("", "the body is not UTF-8 at byte %d".formatted(in.position()));
        }
        checkEscapes(json);
    }

    private static void checkEscapes(byte[] json) throws RejectedException {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == 0) {
                throw RejectedException.invalid("", "the body is not JSON in UTF-8: NUL at byte %d".formatted(i));
            }
            if (json[i] != '\\') {
                continue;
            }
            int unit = escaped(json, i);
            if (unit < 0) {
                i++; // the character behind it, another backslash perhaps
                continue;
            }
            if (Character.isHighSurrogate((char) unit) && Character.isLowSurrogate((char) Math.max(0, escaped(json, i + ESCAPE_LENGTH)))) {
                i += ESCAPE_LENGTH;
            } else if (Character.isSurrogate((char) unit)) {
                throw RejectedException.invalid("", "the body has half of a surrogate pair at byte %d".formatted(i));
            }
            i += ESCAPE_LENGTH - 1;
        }
    }

    /// The UTF-16 unit of the `\\uXXXX` that begins here; -1 where none does.
    private static int escaped(byte[] json, int at) {
        if (at + ESCAPE_LENGTH > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE_LENGTH; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
