package dev.mayfly.pool;

/// Why a sandbox was destroyed.
public enum Retirement {
    /// Its program is done.
    USED,
    /// Found dead while it waited.
    DIED_IDLE,
    /// Waited longer than `PoolSettings.maxIdle`.
    EXPIRED,
    /// Demand fell, or its image was replaced.
    SURPLUS,
    /// Made room for a sandbox that a caller waits for.
    EVICTED,
    /// The service stops.
    SHUTDOWN
}
