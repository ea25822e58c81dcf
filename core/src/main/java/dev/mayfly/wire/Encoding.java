package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How bytes stand in a JSON string.
public enum Encoding {
    UTF_8_TEXT("utf-8"),
    BASE64("base64");

    private static final int ESCAPE_LENGTH = 5; // more than the character itself

    private final String wireName;

    Encoding(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /// The absent name is `utf-8`. Throws `IllegalArgumentException` for an unknown one.
    public static Encoding byName(@Nullable String name) {
        if (name == null || name.equals(UTF_8_TEXT.wireName)) {
            return UTF_8_TEXT;
        }
        if (name.equals(BASE64.wireName)) {
            return BASE64;
        }
        throw new IllegalArgumentException("encoding must be utf-8 or base64");
    }

    /// Throws `IllegalArgumentException` when the text is not of this encoding.
    public byte[] decode(String text) {
        if (this == UTF_8_TEXT) {
            return text.getBytes(UTF_8);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64: " + e.getMessage(), e);
        }
    }

    public String encode(byte[] bytes) {
        return this == BASE64 ? Base64.getEncoder().encodeToString(bytes) : new String(bytes, UTF_8);
    }

    /// Text where all of the bytes are valid UTF-8, so that no byte is ever lost.
    public static Encoding of(byte[]... pieces) {
        return Arrays.stream(pieces).allMatch(bytes -> text(bytes, 0, bytes.length).isPresent()) ? UTF_8_TEXT : BASE64;
    }

    /// Text where it is that, and no longer in JSON than base 64: what is full of control characters is none.
    static Encoding shorter(byte[]... pieces) {
        long escapes = 0;
        long length = 0;
        for (byte[] bytes : pieces) {
            length += bytes.length;
            for (byte each : bytes) {
                escapes += each >= 0 && each < ' ' && each != '\n' && each != '\r' && each != '\t' ? ESCAPE_LENGTH : 0;
            }
        }
        return escapes > length / 3 ? BASE64 : of(pieces);
    }

    static Optional<String> text(byte[] bytes, int offset, int length) {
        try {
            return Optional.of(UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
