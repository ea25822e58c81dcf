package dev.mayfly.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A schedule as its owner sees it.
///
/// @param pausedAt when it was paused
/// @param pauseReason `failures`, where it was paused because it failed too often in a row
/// @param next the next due times, five at most; none while it is not active
/// @param waiting a due time that waits for the end of the execution before it
/// @param recent what became of the latest due times, the newest first
public record ScheduleState(Status status, Optional<Instant> pausedAt, Optional<String> pauseReason, List<Instant> next, Optional<Instant> waiting, List<DueTime> recent) {
    public enum Status {
        ACTIVE,
        /// Its definition says so.
        DISABLED,
        /// Somebody has paused it, or its failures.
        PAUSED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
