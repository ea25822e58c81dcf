package dev.mayfly.secret;

import java.time.Instant;

/// What may be known of a secret.
public record SecretInfo(String name, Instant createdAt, Instant changedAt) {}
