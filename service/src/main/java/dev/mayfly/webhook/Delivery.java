package dev.mayfly.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A webhook that is, was or will be sent.
///
/// @param subject the execution's or batch's id
/// @param nextAt of the next attempt, while it is pending
public record Delivery(
        String id,
        String url,
        String type,
        String subject,
        State state,
        Instant createdAt,
        Instant nextAt,
        Optional<Instant> endedAt,
        List<Attempt> attempts) {
    public Delivery {
        attempts = List.copyOf(attempts);
    }

    /// Where it is.
    public enum State {
        PENDING,
        /// Answered with 2xx.
        DELIVERED,
        /// Given up.
        FAILED
    }

    /// @param status empty where there was no answer
    /// @param error what went wrong; empty for 2xx
    public record Attempt(Instant at, Optional<Integer> status, Optional<String> error) {
        boolean delivered() {
            return status.filter(code -> code >= 200 && code < 300).isPresent();
        }
    }
}
