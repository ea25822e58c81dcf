package dev.mayfly.webhook;

import java.time.Instant;
import java.util.Optional;

/// What signs a tenant's webhooks.
///
/// @param value `whsec_` and base 64
/// @param expiresAt when it signs no more, where a newer one has taken its place
public record Secret(String id, String value, Instant createdAt, Optional<Instant> expiresAt) {
    /// For the log.
    @Override
    public String toString() {
        return "Secret " + id;
    }
}
