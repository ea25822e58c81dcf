package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.KeyHeader;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the caller wants to be answered: `Prefer: respond-async` with `wait=SECONDS` (RFC 7240), and `Idempotency-Key`.
///
/// @param async it need not be the result
/// @param patience how long to wait for the result before that
/// @param key the caller's name for this request, which makes it one execution however often it comes
record RequestPreferences(boolean async, Duration patience, Optional<String> key) {
    static final String APPLIED = "Preference-Applied";
    static final String RESPOND_ASYNC = "respond-async";
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Pattern WAIT = Pattern.compile("wait *= *\"?(\\d{1,6})\"?");

    static RequestPreferences of(HttpHeaders headers) throws RejectedException {
        boolean async = false;
        Duration patience = Duration.ZERO;
        for (String line : Optional.ofNullable(headers.getRequestHeader("Prefer")).orElse(List.of())) {
            for (String preference : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                Matcher wait = WAIT.matcher(preference.strip());
                if (wait.matches()) {
                    patience = Duration.ofSeconds(Long.parseLong(wait.group(1)));
                }
                async |= preference.strip().equals(RESPOND_ASYNC);
            }
        }
        Optional<String> key = KeyHeader.parse(headers.getHeaderString(KeyHeader.NAME));
        return new RequestPreferences(async, !async || patience.compareTo(LONGEST) > 0 ? LONGEST : patience, key);
    }

    /// Whether the execution is to be kept, and not only run while the caller waits.
    boolean isAsync() {
        return async || key.isPresent();
    }
}
