package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.execution.RejectedException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who may run a function by a request to `/fn/{tenant}/{name}`, as JSON.
///
/// @param access `key` (the default), `link` or `open`
/// @param requestsPerMinute 1 to 1,000,000, on each replica; 600 by default
/// @param requestsPerMinutePerAddress the same of each address; 60 by default
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HttpTriggerRequest(@Nullable String access, @Nullable Integer requestsPerMinute, @Nullable Integer requestsPerMinutePerAddress) {
    private static final int DEFAULT_PER_MINUTE = 600;
    private static final int DEFAULT_PER_ADDRESS = 60;
    private static final int MOST_PER_MINUTE = 1_000_000;

    /// Who may call.
    public enum Access {
        /// Who has a key of the tenant's with the scope `execute`.
        KEY,
        /// Who has its secret link.
        LINK,
        /// Everybody.
        OPEN;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void check() throws RejectedException {
        if (access != null && Arrays.stream(Access.values()).noneMatch(each -> each.wireName().equals(access))) {
            throw invalid("http.access", "access must be one of %s".formatted(Arrays.stream(Access.values()).map(Access::wireName).collect(Collectors.joining(", "))));
        }
        check("requestsPerMinute", perMinute());
        check("requestsPerMinutePerAddress", perMinutePerAddress());
    }

    private static void check(String field, int value) throws RejectedException {
        if (value < 1 || value > MOST_PER_MINUTE) {
            throw invalid("http." + field, "%s must be between 1 and %d; got %d".formatted(field, MOST_PER_MINUTE, value));
        }
    }

    /// The strictest one where a later release has stored another.
    public Access who() {
        return Arrays.stream(Access.values()).filter(each -> each.wireName().equals(access)).findFirst().orElse(Access.KEY);
    }

    public int perMinute() {
        return requestsPerMinute == null ? DEFAULT_PER_MINUTE : requestsPerMinute;
    }

    public int perMinutePerAddress() {
        return requestsPerMinutePerAddress == null ? DEFAULT_PER_ADDRESS : requestsPerMinutePerAddress;
    }
}
