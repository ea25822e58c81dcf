package dev.mayfly.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a client sends while its program runs.
///
/// @param stdin a piece of the input
/// @param encoding of `stdin`: `utf-8` (the default) or `base64`
/// @param eof the input ends here
/// @param signal a signal's number, 1 to 31, for the program's process group
public record InputMessage(@Nullable String stdin, @Nullable String encoding, boolean eof, @Nullable Integer signal) {
    public InputMessage {
        if (signal != null && (signal < 1 || signal > 31)) {
            throw new IllegalArgumentException("signal must be from 1 to 31");
        }
    }

    /// Throws `IllegalArgumentException` when `stdin` is not of its encoding.
    public byte[] bytes() {
        return stdin == null ? "".getBytes(StandardCharsets.UTF_8) : Encoding.byName(encoding).decode(stdin);
    }
}
