package dev.mayfly.function;

import java.time.Instant;
import java.util.Optional;

/// One version of a function, which never changes.
///
/// @param digest SHA-256 of what it says, as `sha256:…`
public record FunctionVersion(int number, String digest, Optional<String> runtime, Optional<String> description, Instant createdAt) {}
