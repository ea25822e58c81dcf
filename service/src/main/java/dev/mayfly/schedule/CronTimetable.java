package dev.mayfly.schedule;

import static dev.mayfly.execution.RejectedException.invalid;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.mayfly.execution.RejectedException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The times of a cron expression in a time zone. When clocks change, a job that names its hours runs once: at the moment
/// of the change where its time is left out, and the first time where its time comes twice. A job of every hour goes by
/// elapsed time.
///
/// @param text the expression and its zone
/// @param times by a clock that never changes
/// @param everyHour whether its hours are `*`
record CronTimetable(String text, ExecutionTime times, boolean everyHour, ZoneId zone) implements Timetable {
    private static final int MAX_LENGTH = 200;
    private static final Pattern ALLOWED = Pattern.compile("[0-9A-Za-z*,/\\-\\s]*");
    private static final TimetableCache CACHE = new TimetableCache();
    private static final Map<String, String> NICKNAMES = Map.of(
            "@yearly", "0 0 1 1 *", "@annually", "0 0 1 1 *", "@monthly", "0 0 1 * *", "@weekly", "0 0 * * 0", "@daily", "0 0 * * *", "@midnight", "0 0 * * *", "@hourly", "0 * * * *");
    private static final String FORM = "cron must have five fields (minute, hour, day of the month, month, day of the week) or be @hourly, @daily, @weekly, @monthly or @yearly";

    static CronTimetable of(String expression, ZoneId zone) throws RejectedException {
        String trimmed = expression.strip();
        String fields = NICKNAMES.getOrDefault(trimmed.toLowerCase(Locale.ROOT), trimmed);
        if (fields.length() > MAX_LENGTH || fields.startsWith("@")) {
            throw invalid("schedule.cron", FORM + (fields.length() > MAX_LENGTH ? ", of at most %d characters".formatted(MAX_LENGTH) : ""));
        }
        if (!ALLOWED.matcher(fields).matches()) {
            throw invalid("schedule.cron", "cron must have digits, names and * , - / only");
        }
        String[] parts = fields.split("\\s+", -1);
        if (parts.length != 5) {
            throw invalid("schedule.cron", "%s; got %d fields".formatted(FORM, fields.isEmpty() ? 0 : parts.length));
        }
        String text = "%s %s".formatted(String.join(" ", parts), zone);
        return CACHE.get(text, () -> read(text, fields, parts[1].equals("*"), zone));
    }

    private static CronTimetable read(String text, String fields, boolean everyHour, ZoneId zone) throws RejectedException {
        var timetable = new CronTimetable(text, times(fields), everyHour, zone);
        if (timetable.next(Instant.EPOCH).isEmpty()) {
            throw invalid("schedule.cron", "cron never comes due");
        }
        return timetable;
    }

    private static ExecutionTime times(String fields) throws RejectedException {
        try {
            Cron cron = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(fields);
            return ExecutionTime.forCron(cron.validate());
        } catch (RuntimeException e) { // of any kind, from the parser
            throw invalid("schedule.cron", "cron is not valid: %s".formatted(String.valueOf(e.getMessage()).replace("Failed to parse cron expression. ", "")));
        }
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return everyHour ? byElapsedTime(after) : byTheClock(after);
    }

    /// From one change of the clock to the next one, local times pass as elapsed time does.
    private Optional<Instant> byElapsedTime(Instant after) {
        ZoneRules rules = zone.getRules();
        Instant from = after;
        boolean included = false;
        while (true) {
            ZoneOffset offset = rules.getOffset(from);
            LocalDateTime local = LocalDateTime.ofInstant(from, offset);
            Optional<Instant> due = following(included ? local.minusNanos(1) : local).map(time -> time.toInstant(offset));
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (due.isEmpty() || change == null || due.get().isBefore(change.getInstant())) {
                return due;
            }
            from = change.getInstant();
            included = true;
        }
    }

    private Optional<Instant> byTheClock(Instant after) {
        Optional<LocalDateTime> local = following(LocalDateTime.ofInstant(after, zone));
        while (local.isPresent() && !instant(local.get()).isAfter(after)) {
            local = following(local.get());
        }
        return local.map(this::instant);
    }

    /// The first one where it comes twice, and the moment of the change where it does not come.
    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isGap() ? change.getInstant() : local.atZone(zone).toInstant();
    }

    private Optional<LocalDateTime> following(LocalDateTime local) {
        return times.nextExecution(local.atZone(ZoneOffset.UTC)).map(next -> next.toLocalDateTime());
    }
}
