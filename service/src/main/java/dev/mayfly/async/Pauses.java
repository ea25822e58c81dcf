package dev.mayfly.async;

import java.time.Duration;

/// Between the looks and the tries of asynchronous executions: a part of how the package works, and so no setting.
/// Tests take shorter ones.
///
/// @param tick between two beats of a replica, and two looks at what others did
/// @param survey between two counts that take long: of what cannot be run here, and of the room that each tenant takes
/// @param full after an execution that found no sandbox; with its slot, so that a backlog is not turned over for
///     nothing
/// @param beforeAnother attempt at an execution, after one that failed by Mayfly's fault
record Pauses(Duration tick, Duration survey, Duration full, Duration beforeAnother) {
    static final Pauses USUAL = new Pauses(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(1));
}
