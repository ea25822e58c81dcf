package dev.mayfly.async;

import java.time.Instant;
import java.util.Optional;

/// Executions that came together.
///
/// @param answer what their sender was answered
public record StoredBatch(String id, int size, int unfinished, Instant acceptedAt, Optional<Instant> finishedAt, byte[] answer) {}
