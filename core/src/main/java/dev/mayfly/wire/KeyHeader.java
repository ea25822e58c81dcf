package dev.mayfly.wire;

import dev.mayfly.execution.RejectedException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `Idempotency-Key`, with quotes or without:
/// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
public final class KeyHeader {
    public static final String NAME = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("\"?([!#-~]{1,200})\"?");

    private KeyHeader() {}

    public static Optional<String> parse(@Nullable String header) throws RejectedException {
        if (header == null) {
            return Optional.empty();
        }
        Matcher key = KEY.matcher(header.strip());
        if (!key.matches()) {
            throw RejectedException.invalid(NAME, "an idempotency key must have 1 to 200 printable ASCII characters, no space and no quote");
        }
        return Optional.of(key.group(1));
    }
}
