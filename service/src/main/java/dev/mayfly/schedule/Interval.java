package dev.mayfly.schedule;

import dev.mayfly.execution.RejectedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Each multiple of some seconds since 1970 in UTC: the same on every replica, whenever it is computed.
record Interval(int seconds) implements Timetable {
    private static final int MAX_SECONDS = (int) Duration.ofDays(31).toSeconds();

    static Interval of(int seconds) throws RejectedException {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw RejectedException.invalid("schedule.everySeconds", "everySeconds must be between 1 and %d; got %d".formatted(MAX_SECONDS, seconds));
        }
        return new Interval(seconds);
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return Optional.of(Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), seconds) + 1) * seconds));
    }

    @Override
    public String text() {
        return "every %d s".formatted(seconds);
    }
}
