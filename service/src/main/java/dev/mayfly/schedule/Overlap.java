package dev.mayfly.schedule;

/// What happens at a due time when the execution before it has not ended.
enum Overlap {
    /// It is left out.
    SKIP,
    /// It waits for the end. One waits at most; further ones are left out.
    QUEUE,
    /// Both run.
    ALLOW
}
