package dev.mayfly.pool;

import java.time.Duration;

/// Bounds of the pool.
///
/// @param capacity boxes alive at once: being made, waiting, leased and being destroyed
/// @param memoryBytes sum of the memory limits of the boxes alive at once
/// @param maxWaiting callers that may wait for a box at once; the next one is refused
/// @param parallelCreates boxes being made at once
/// @param maxIdle longest life of a waiting box; varied by up to 10 % so that they do not expire together
public record PoolSettings(int capacity, long memoryBytes, int maxWaiting, int parallelCreates, Duration maxIdle) {
    public PoolSettings {
        if (capacity < 1 || memoryBytes < 1 || maxWaiting < 0 || parallelCreates < 1 || !maxIdle.isPositive()) {
            throw new IllegalArgumentException("pool settings must be positive: capacity=%d memoryBytes=%d maxWaiting=%d parallelCreates=%d maxIdle=%s"
                    .formatted(capacity, memoryBytes, maxWaiting, parallelCreates, maxIdle));
        }
    }
}
