package dev.mayfly.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.wire.ScheduleRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What becomes of each due time.
class StepTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private static Schedule every10s(String overlap, String misfires) throws Exception {
        return Schedule.of(new ScheduleRequest(null, null, 10, null, overlap, misfires, null, null));
    }

    private static Position at(Instant due, boolean busy) {
        return new Position(Optional.of(due), Optional.empty(), busy);
    }

    /// Until nothing is due: `run`, `wait` or why not, with the seconds from noon.
    private static List<String> steps(Schedule schedule, Position from, Instant now) {
        List<String> steps = new ArrayList<>();
        Position position = from;
        for (Optional<Step> next = Step.next(schedule, position, now); next.isPresent(); next = Step.next(schedule, position, now)) {
            Step step = next.get();
            String what = step.runs() ? "run" : step.waits() ? "wait" : step.skipped().orElseThrow().wireName();
            steps.add("%s %d".formatted(what, step.due().getEpochSecond() - NOON.getEpochSecond()));
            position = step.after();
        }
        steps.add("next %s".formatted(position.due().map(due -> due.getEpochSecond() - NOON.getEpochSecond()).orElse(-1L)));
        return steps;
    }

    @Test
    void nothingIsDoneBeforeItIsDue() throws Exception {
        assertThat(steps(every10s("skip", "skip"), at(NOON, false), NOON.minusMillis(1))).containsExactly("next 0");
        assertThat(steps(every10s("skip", "skip"), at(NOON, false), NOON)).containsExactly("run 0", "next 10");
    }

    @Test
    void eachDueTimeOfALateLookIsRunWhereTheyMayOverlap() throws Exception {
        assertThat(steps(every10s("allow", "skip"), at(NOON, true), NOON.plusSeconds(35))).containsExactly("run 0", "run 10", "run 20", "run 30", "next 40");
    }

    @Test
    void oneIsRunAndTheOthersAreSkippedWhereTheyMayNot() throws Exception {
        assertThat(steps(every10s("skip", "skip"), at(NOON, false), NOON.plusSeconds(20))).containsExactly("run 0", "overlap 10", "overlap 20", "next 30");
        assertThat(steps(every10s("skip", "skip"), at(NOON, true), NOON.plusSeconds(5))).containsExactly("overlap 0", "next 10");
    }

    @Test
    void oneWaitsWhereTheyQueue() throws Exception {
        assertThat(steps(every10s("queue", "skip"), at(NOON, true), NOON.plusSeconds(20))).containsExactly("wait 0", "overlap 10", "overlap 20", "next 30");
        var waiting = new Position(Optional.of(NOON.plusSeconds(30)), Optional.of(NOON), false);
        assertThat(steps(every10s("queue", "skip"), waiting, NOON.plusSeconds(21))).containsExactly("run 0", "next 30");
        // however long it has waited
        assertThat(steps(every10s("queue", "skip"), new Position(Optional.empty(), Optional.of(NOON), false), NOON.plusSeconds(9999))).containsExactly("run 0", "next -1");
    }

    @Test
    void missedDueTimesAreSkippedTogether() throws Exception {
        assertThat(steps(every10s("allow", "skip"), at(NOON, false), NOON.plusSeconds(60))).startsWith("run 0", "run 10");
        assertThat(steps(every10s("allow", "skip"), at(NOON, false), NOON.plusSeconds(3600))).containsExactly(
                "misfire 0", "run 3550", "run 3560", "run 3570", "run 3580", "run 3590", "run 3600", "next 3610");
        Step missed = Step.next(every10s("allow", "skip"), at(NOON, false), NOON.plusSeconds(3600)).orElseThrow();
        assertThat(missed.reason()).contains("60 s").contains("12:59:00Z");
    }

    @Test
    void missedDueTimesAreRunOnceWhereAsked() throws Exception {
        assertThat(steps(every10s("skip", "once"), at(NOON, false), NOON.plusSeconds(3605))).startsWith("run 0", "overlap 3550");
        Schedule daily = Schedule.of(new ScheduleRequest("@daily", null, null, null, null, "once", null, null));
        Instant midnight = Instant.parse("2026-11-20T00:00:00Z");
        Step first = Step.next(daily, at(midnight, false), NOON).orElseThrow();
        assertThat(first.runs()).isTrue();
        assertThat(first.after().due()).contains(Instant.parse("2026-11-30T00:00:00Z"));
        assertThat(Step.next(daily, first.after(), NOON)).isEmpty();
    }
}
