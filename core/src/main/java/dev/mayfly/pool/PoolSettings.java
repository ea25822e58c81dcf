package dev.mayfly.pool;

import java.time.Duration;

/// Bounds of the pool.
///
/// @param capacity sandboxes alive at the same time: being made, waiting, leased and being destroyed
/// @param memoryBytes sum of the memory limits of the sandboxes alive at the same time
/// @param maxWaiting callers that may wait for a sandbox at the same time; the next one is refused
/// @param parallelCreates sandboxes being made at the same time
/// @param maxIdle longest life of a warm sandbox; varied by up to 10 % so that they do not expire together
/// @param calm how long no sandbox must have been leased or given back before one is made that nobody needs at once;
///     five times as long at most. Making a sandbox takes processor time from the programs that run
public record PoolSettings(int capacity, long memoryBytes, int maxWaiting, int parallelCreates, Duration maxIdle, Duration calm) {
    private static final Duration CALM = Duration.ofMillis(5);

    public PoolSettings(int capacity, long memoryBytes, int maxWaiting, int parallelCreates, Duration maxIdle) {
        this(capacity, memoryBytes, maxWaiting, parallelCreates, maxIdle, CALM);
    }

    public PoolSettings {
        if (capacity < 1 || memoryBytes < 1 || maxWaiting < 0 || parallelCreates < 1 || !maxIdle.isPositive() || calm.isNegative()) {
            throw new IllegalArgumentException("pool settings must be positive: capacity=%d memoryBytes=%d maxWaiting=%d parallelCreates=%d maxIdle=%s calm=%s"
                    .formatted(capacity, memoryBytes, maxWaiting, parallelCreates, maxIdle, calm));
        }
    }
}
