package dev.mayfly.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ScheduleRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Due times over years, beside those that a walk through every minute finds.
class TimetableTest {
    /// Of which one changes by half an hour, and in the south.
    private static final List<ZoneId> ZONES = List.of(ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"), ZoneId.of("Australia/Lord_Howe"));
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static Timetable cron(String expression, ZoneId zone) throws RejectedException {
        return Timetable.of(new ScheduleRequest(expression, zone.getId(), null, null, null, null, null, null));
    }

    // ---- the same by another way

    /// An expression's fields, each as the values that match.
    private record Fields(List<BitSet> each, boolean either) {
        static Fields of(String expression) {
            String[] fields = expression.split(" ", -1);
            int[] highest = {59, 23, 31, 12, 6};
            return new Fields(IntStream.range(0, fields.length).mapToObj(i -> values(fields[i], highest[i])).toList(), !fields[2].equals("*") && !fields[4].equals("*"));
        }

        private static BitSet values(String field, int highest) {
            var values = new BitSet();
            for (String part : field.split(",", -1)) {
                String[] step = part.split("/", -1);
                String[] range = step[0].split("-", -1);
                int low = step[0].equals("*") ? 0 : Integer.parseInt(range[0]);
                int high = step[0].equals("*") ? highest : Integer.parseInt(range[range.length - 1]);
                for (int value = low; value <= high; value += step.length == 1 ? 1 : Integer.parseInt(step[1])) {
                    values.set(value);
                }
            }
            return values;
        }

        boolean match(LocalDateTime time) {
            return each.get(0).get(time.getMinute()) && each.get(1).get(time.getHour()) && match(time.toLocalDate());
        }

        boolean match(LocalDate date) {
            boolean day = each.get(2).get(date.getDayOfMonth());
            boolean weekday = each.get(4).get(date.getDayOfWeek().getValue() % 7);
            return each.get(3).get(date.getMonthValue()) && (either ? day || weekday : day && weekday);
        }

        /// Of a day that matches.
        Stream<LocalDateTime> minutes(LocalDate date) {
            return each.get(1).stream().boxed().flatMap(hour -> each.get(0).stream().mapToObj(minute -> date.atTime(hour, minute)));
        }
    }

    /// A job that names its hours: each local minute once. Of every hour: each minute that passes.
    private static List<Instant> walked(String expression, ZoneId zone, Instant from, Instant to) {
        Fields fields = Fields.of(expression);
        var due = new TreeSet<Instant>();
        if (expression.split(" ", -1)[1].equals("*")) {
            for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
                if (fields.match(LocalDateTime.ofInstant(minute, zone))) {
                    due.add(minute);
                }
            }
        } else {
            LocalDate first = LocalDate.ofInstant(from, zone).minusDays(1);
            first.datesUntil(LocalDate.ofInstant(to, zone).plusDays(2)).filter(fields::match).flatMap(fields::minutes).forEach(minute -> {
                ZoneOffsetTransition change = zone.getRules().getTransition(minute);
                due.add(change != null && change.isGap() ? change.getInstant() : minute.atZone(zone).withEarlierOffsetAtOverlap().toInstant());
            });
        }
        return due.stream().filter(instant -> !instant.isBefore(from) && instant.isBefore(to)).toList();
    }

    private static List<Instant> due(Timetable timetable, Instant from, Instant to) {
        return timetable.following(from.minusMillis(1)).takeWhile(instant -> instant.isBefore(to)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 2 * * *", "0 2 * * *", "45 1 * * 0", "0 9 * * 1-5", "15 0,12 1 * *", "0 0 13 * 5", "59 23 31 12 *", "0 0 29 2 *", "10 3 1-7 3,10,11 *"})
    void jobThatNamesItsHoursRunsOnceADay(String expression) throws Exception {
        Instant end = BEGIN.plus(Duration.ofDays(3 * 365));
        for (ZoneId zone : ZONES) {
            assertThat(due(cron(expression, zone), BEGIN, end)).as("%s in %s", expression, zone).isEqualTo(walked(expression, zone, BEGIN, end));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/20 * * * *", "30 * * * *", "0 * * * *", "15 */2 * * *", "5,35 * * * 0"})
    void jobOfEveryHourGoesByElapsedTime(String expression) throws Exception {
        for (ZoneId zone : ZONES) {
            Instant change = BEGIN;
            for (int i = 0; i < 6; i++) { // three years
                change = zone.getRules().nextTransition(change).getInstant();
                Instant from = change.minus(Duration.ofDays(2));
                Instant to = change.plus(Duration.ofDays(2));
                assertThat(due(cron(expression, zone), from, to)).as("%s in %s at %s", expression, zone, change).isEqualTo(walked(expression, zone, from, to));
            }
        }
    }

    @Test
    void dueTimesAreTheSameFromWhereverTheyAreComputed() throws Exception {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        for (String expression : List.of("30 2 * * *", "*/30 * * * *")) {
            Timetable timetable = cron(expression, berlin);
            for (Instant change : List.of(Instant.parse("2026-03-29T01:00:00Z"), Instant.parse("2026-10-25T01:00:00Z"))) {
                Instant from = change.minus(Duration.ofHours(30));
                List<Instant> all = due(timetable, from, change.plus(Duration.ofHours(30)));
                var again = new ArrayList<Instant>();
                for (Instant now = from; now.isBefore(change.plus(Duration.ofHours(30))); now = now.plus(Duration.ofMinutes(7))) {
                    Instant next = timetable.next(now).orElseThrow();
                    Instant moment = now;
                    assertThat(next).isEqualTo(all.stream().filter(due -> due.isAfter(moment)).findFirst().orElse(next));
                    again.add(next);
                }
                assertThat(again).isNotEmpty();
            }
        }
    }

    @Test
    void clocksThatGoForwardAndBackAreAsDocsSay() throws Exception {
        Timetable night = cron("30 2 * * *", ZoneId.of("Europe/Berlin"));
        // 02:30 is left out: at the moment of the change; 02:30 comes twice: the first one
        assertThat(night.next(Instant.parse("2026-03-29T00:00:00Z"))).contains(Instant.parse("2026-03-29T01:00:00Z"));
        assertThat(night.next(Instant.parse("2026-03-29T01:00:00Z"))).contains(Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(night.next(Instant.parse("2026-10-25T00:00:00Z"))).contains(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(night.next(Instant.parse("2026-10-25T00:30:00Z"))).contains(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void intervalIsTheSameOnEveryReplica() throws Exception {
        Timetable timetable = Timetable.of(new ScheduleRequest(null, null, 90, null, null, null, null, null));
        assertThat(due(timetable, Instant.parse("1969-12-31T23:57:00Z"), Instant.parse("1970-01-01T00:03:00Z")))
                .containsExactly(Instant.ofEpochSecond(-180), Instant.ofEpochSecond(-90), Instant.EPOCH, Instant.ofEpochSecond(90));
        assertThat(timetable.next(Instant.ofEpochSecond(90, 1))).contains(Instant.ofEpochSecond(180));
    }

    @ParameterizedTest
    @CsvSource({"@hourly, 0 * * * *", "@Daily, 0 0 * * *", "@midnight, 0 0 * * *", "@weekly, 0 0 * * 0", "@monthly, 0 0 1 * *", "@yearly, 0 0 1 1 *", "@annually, 0 0 1 1 *",
            "0 0 * * 7, 0 0 * * 0", "0 0 * jan mon-FRI, 0 0 * 1 1-5", "'  5   4 * * * ', 5 4 * * *"})
    void namesAndNumbersSayTheSame(String expression, String plain) throws Exception {
        Instant end = BEGIN.plus(Duration.ofDays(40));
        assertThat(due(cron(expression, ZoneId.of("UTC")), BEGIN, end))
                .isNotEmpty().isEqualTo(walked(plain, ZoneId.of("UTC"), BEGIN, end));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', value = {
        "{} ! schedule ! must have cron or everySeconds",
        "{\"cron\": \"@daily\", \"everySeconds\": 5} ! schedule ! got both",
        "{\"cron\": \"* * * *\"} ! schedule.cron ! got 4 fields",
        "{\"cron\": \"\"} ! schedule.cron ! got 0 fields",
        "{\"cron\": \"0 * * * * *\"} ! schedule.cron ! got 6 fields",
        "{\"cron\": \"61 * * * *\"} ! schedule.cron ! 61",
        "{\"cron\": \"* * * * |\"} ! schedule.cron ! digits, names",
        "{\"cron\": \"0 0|12 * * *\"} ! schedule.cron ! digits, names",
        "{\"cron\": \"0 0 L * *\"} ! schedule.cron ! not valid",
        "{\"cron\": \"@reboot\"} ! schedule.cron ! @hourly",
        "{\"cron\": \"0 0 30 2 *\"} ! schedule.cron ! never comes due",
        "{\"cron\": \"@daily\", \"timeZone\": \"Mars/Olympus\"} ! schedule.timeZone ! IANA",
        "{\"cron\": \"@daily\", \"timeZone\": \"+02:00\"} ! schedule.timeZone ! IANA",
        "{\"everySeconds\": 5, \"timeZone\": \"UTC\"} ! schedule.timeZone ! requires cron",
        "{\"everySeconds\": 0} ! schedule.everySeconds ! between 1 and 2678400",
        "{\"everySeconds\": 2678401} ! schedule.everySeconds ! between 1 and 2678400",
        "{\"everySeconds\": 5, \"overlap\": \"both\"} ! schedule.overlap ! skip, queue, allow",
        "{\"everySeconds\": 5, \"misfires\": \"all\"} ! schedule.misfires ! skip, once",
    })
    void whatIsWrongIsNamed(String json, String field, String reason) throws Exception {
        ScheduleRequest request = Json.STRICT.readValue(json, ScheduleRequest.class);
        assertThatThrownBy(() -> Schedule.of(request)).hasMessageContaining(reason)
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains(field));
    }
}
