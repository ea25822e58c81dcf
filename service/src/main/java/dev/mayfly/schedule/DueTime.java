package dev.mayfly.schedule;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// What became of a due time.
///
/// @param decidedAt when that was decided
/// @param executionId empty where it was skipped
/// @param reason in words, of what was skipped
public record DueTime(Instant dueAt, Instant decidedAt, Optional<String> executionId, Optional<Skipped> skipped, Optional<String> reason) {
    /// Why a due time was not run.
    public enum Skipped {
        /// The execution before it had not ended.
        OVERLAP,
        /// Nobody could run it in time.
        MISFIRE,
        /// The function cannot be run.
        REJECTED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
