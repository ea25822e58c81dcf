package dev.mayfly.session;

import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.Locale;

/// How a cell ended.
///
/// @param stateKept whether the interpreter that ran it is still there, with what cells have made
/// @param detail what happened, in words; empty where `outcome` says it all
public record CellEnd(CellOutcome outcome, boolean stateKept, String detail, Duration wall, Usage usage) {
    public enum CellOutcome {
        COMPLETED,
        /// It raised an error, which was reported before.
        RAISED,
        TIMED_OUT,
        OUTPUT_LIMIT,
        /// Somebody interrupted it, or left.
        INTERRUPTED,
        OUT_OF_MEMORY,
        /// Its interpreter ended.
        EXITED,
        /// No interpreter could be started for it.
        FAILED,
        /// The session ended meanwhile.
        SESSION_ENDED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
