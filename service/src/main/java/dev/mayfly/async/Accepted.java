package dev.mayfly.async;

import java.time.Duration;
import java.util.Optional;

/// What is in the store now.
///
/// @param replayed an earlier request with the same idempotency key had put it there
/// @param queuePosition how many executions wait, this one included, at the moment of its acceptance; tenants take
///     turns, so that it may come earlier. 0 for one that is begun at once
/// @param estimatedWait until its start, by the rate of the last minute; empty when nothing has ended in it
public record Accepted(String id, boolean replayed, long queuePosition, Optional<Duration> estimatedWait) {
    /// Of one that was not there before.
    public State state() {
        return queuePosition == 0 ? State.RUNNING : State.QUEUED;
    }
}
