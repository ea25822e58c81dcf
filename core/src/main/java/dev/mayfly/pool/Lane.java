package dev.mayfly.pool;

/// Who waits at the other end. Both lanes draw on one pool.
public enum Lane {
    /// Somebody waits for the answer: served first, and from the sandboxes that are kept waiting.
    INTERACTIVE,
    /// Nobody watches: takes what is beyond the sandboxes that are kept for the others.
    BULK
}
