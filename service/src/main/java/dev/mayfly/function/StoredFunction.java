package dev.mayfly.function;

import java.time.Instant;

/// @param current the version that runs where none is named
/// @param changedAt when that became the current one
public record StoredFunction(String name, FunctionVersion current, Instant createdAt, Instant changedAt) {}
