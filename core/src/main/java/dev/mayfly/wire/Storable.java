package dev.mayfly.wire;

import java.nio.charset.StandardCharsets;

/// What a database takes as text: PostgreSQL has no NUL, and neither has half a character.
public final class Storable {
    private Storable() {}

    public static boolean isText(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
