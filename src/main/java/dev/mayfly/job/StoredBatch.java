package dev.mayfly.job;

import java.time.Instant;
import java.util.Optional;

/// Executions that came together.
///
/// @param answer what their sender was told
public record StoredBatch(String id, int size, int unfinished, Instant acceptedAt, Optional<Instant> finishedAt, byte[] answer) {}
