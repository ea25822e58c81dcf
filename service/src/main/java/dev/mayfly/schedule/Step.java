package dev.mayfly.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What is decided about one due time.
///
/// @param skipped why it is not run; empty where it is, or where it is put behind the execution before it
/// @param waits whether it is put there
/// @param reason in words, of what is skipped
/// @param after where the schedule has come to then
record Step(Instant due, Optional<DueTime.Skipped> skipped, boolean waits, String reason, Position after) {
    /// A due time that is not older than this is run; an older one was missed.
    static final Duration GRACE = Duration.ofSeconds(60);

    boolean runs() {
        return skipped.isEmpty() && !waits;
    }

    /// The first thing to do at a moment; empty where there is none.
    static Optional<Step> next(Schedule schedule, Position at, Instant now) {
        if (at.waiting().isPresent() && !at.busy()) {
            return Optional.of(run(at.waiting().get(), new Position(at.due(), Optional.empty(), true)));
        }
        return at.due().filter(due -> !due.isAfter(now)).map(due -> decide(schedule, at, due, now));
    }

    private static Step decide(Schedule schedule, Position at, Instant due, Instant now) {
        Timetable timetable = schedule.timetable();
        boolean missed = due.isBefore(now.minus(GRACE));
        Optional<Instant> following = timetable.next(missed ? now.minus(GRACE) : due);
        var after = new Position(following, at.waiting(), at.busy());
        if (missed && schedule.misfires() == Misfires.SKIP) {
            return skip(due, DueTime.Skipped.MISFIRE, "it could not be run within %d s, and neither could the later due times until %s".formatted(GRACE.toSeconds(), now.minus(GRACE)), after);
        }
        return switch (schedule.overlap()) {
            case ALLOW -> run(due, new Position(following, at.waiting(), true));
            case SKIP -> at.busy() ? overlap(due, "the execution before it had not ended", after) : run(due, new Position(following, at.waiting(), true));
            case QUEUE -> {
                if (at.waiting().isPresent()) {
                    yield overlap(due, "another due time waited for the end of the execution before it", after);
                }
                var queued = new Position(following, Optional.of(due), at.busy());
                yield at.busy() ? new Step(due, Optional.empty(), true, "", queued) : run(due, new Position(following, Optional.empty(), true));
            }
        };
    }

    private static Step run(Instant due, Position after) {
        return new Step(due, Optional.empty(), false, "", after);
    }

    private static Step overlap(Instant due, String reason, Position after) {
        return skip(due, DueTime.Skipped.OVERLAP, reason, after);
    }

    private static Step skip(Instant due, DueTime.Skipped why, String reason, Position after) {
        return new Step(due, Optional.of(why), false, reason, after);
    }
}
