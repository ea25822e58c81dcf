package dev.mayfly.session;

import java.time.Instant;
import java.util.Locale;

/// Why a session is no more.
///
/// @param detail in words
public record SessionEnd(Reason reason, String detail, Instant at) {
    public enum Reason {
        /// By request.
        CLOSED,
        IDLE,
        EXPIRED,
        CPU_TIME,
        OUT_OF_MEMORY,
        /// The service stopped.
        SHUTDOWN,
        /// Its sandbox broke.
        FAILED;

        String words() {
            return switch (this) {
                case CLOSED -> "it was closed";
                case IDLE -> "it was idle for too long";
                case EXPIRED -> "its time is over";
                case CPU_TIME -> "it used all its CPU time";
                case OUT_OF_MEMORY -> "its sandbox was out of memory";
                case SHUTDOWN -> "the service stopped";
                case FAILED -> "its sandbox broke";
            };
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
