package dev.mayfly.schedule;

/// What happens to due times that nobody could run in time.
enum Misfires {
    /// They are left out.
    SKIP,
    /// The first one is run for all of them.
    ONCE
}
