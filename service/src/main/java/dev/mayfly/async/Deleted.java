package dev.mayfly.async;

/// What `AsyncExecutions.delete` has done.
public enum Deleted {
    /// There is none.
    UNKNOWN,
    /// It waited or ran, and has ended or will have soon; it is kept with its outcome.
    ENDING,
    /// It had ended, and is there no more.
    REMOVED
}
