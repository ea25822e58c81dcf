package dev.mayfly.async;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/// @param replica names this replica; the same after a restart, so that what its earlier life ran goes on at once
/// @param slots executions that this replica runs at the same time
/// @param maxQueued executions that may wait at the same time, over all replicas; the next one is refused. The last 10
///     % is reserved for tenants with few queued executions
/// @param maxBytes size of the store above which new work is refused
/// @param minFreeBytes of the store's disk, below which new work is refused: what is accepted must find room
/// @param retention how long an execution is kept after its end
/// @param replicaTimeout silence after which a replica counts as dead
/// @param maxAttempts how often an execution is started again when Mayfly fails, before its outcome is `failed`
@RecordBuilder
@RecordBuilder.Options(builderMode = RecordBuilder.BuilderMode.STAGED)
public record AsyncSettings(
        String replica,
        int slots,
        int maxQueued,
        long maxBytes,
        long minFreeBytes,
        Duration retention,
        Duration replicaTimeout,
        int maxAttempts) {}
