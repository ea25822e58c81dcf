package dev.mayfly.schedule;

import static dev.mayfly.execution.RejectedException.invalid;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.ScheduleRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Due times, of which each follows from the one before. Thread-safe.
interface Timetable {
    /// The first due time after an instant; empty where there are no more.
    Optional<Instant> next(Instant after);

    /// Equal for timetables that say the same.
    String text();

    default Stream<Instant> following(Instant after) {
        return Stream.iterate(next(after), Optional::isPresent, due -> next(due.orElseThrow())).map(Optional::orElseThrow);
    }

    static Timetable of(ScheduleRequest request) throws RejectedException {
        String cron = request.cron();
        Integer everySeconds = request.everySeconds();
        String timeZone = request.timeZone();
        if (cron != null && everySeconds != null) {
            throw invalid("schedule", "schedule must have either cron or everySeconds; got both");
        }
        if (cron != null) {
            return CronTimetable.of(cron, zone(timeZone == null ? "UTC" : timeZone));
        }
        if (everySeconds == null) {
            throw invalid("schedule", "schedule must have cron or everySeconds");
        }
        if (timeZone != null) {
            throw invalid("schedule.timeZone", "timeZone requires cron");
        }
        return Interval.of(everySeconds);
    }

    private static ZoneId zone(String name) throws RejectedException {
        Set<String> known = ZoneId.getAvailableZoneIds();
        if (!known.contains(name)) {
            throw invalid("schedule.timeZone", "timeZone must be a name of the IANA database, such as UTC or Europe/Berlin");
        }
        return ZoneId.of(name);
    }
}
