package dev.mayfly.async;

import java.time.Instant;
import java.util.Optional;

/// One of the replicas that share a store, as the store knows it.
///
/// @param version of what it runs; empty where an earlier release runs, which does not say
/// @param draining whether it is about to stop
public record Replica(String name, Optional<String> version, Optional<Instant> joinedAt, boolean draining) {}
