package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.schedule.DueTime;
import dev.mayfly.schedule.ScheduleState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function's schedule as JSON.
///
/// @param status `active`, `disabled` by its definition, or `paused`
/// @param pauseReason `failures`, where it was paused because it failed too often in a row
/// @param next the next due times, five at most
/// @param waiting a due time that waits for the end of the execution before it
/// @param recent what became of the latest due times, the newest first; missing in a function's own view
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleView(String status, @Nullable String pausedAt, @Nullable String pauseReason, List<String> next, @Nullable String waiting, @Nullable List<DueTimeView> recent) {
    static ScheduleView of(ScheduleState state) {
        return new ScheduleView(state.status().wireName(), state.pausedAt().map(Instant::toString).orElse(null), state.pauseReason().orElse(null), state.next().stream().map(Instant::toString).toList(),
                state.waiting().map(Instant::toString).orElse(null), state.recent().stream().map(DueTimeView::of).toList());
    }

    ScheduleView withoutRecent() {
        return new ScheduleView(status, pausedAt, pauseReason, next, waiting, null);
    }

    /// @param executionId missing where it was skipped
    /// @param skipped `overlap`, `misfire` or `rejected`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DueTimeView(String dueAt, String decidedAt, @Nullable String executionId, @Nullable String skipped, @Nullable String reason) {
        static DueTimeView of(DueTime due) {
            return new DueTimeView(due.dueAt().toString(), due.decidedAt().toString(), due.executionId().orElse(null), due.skipped().map(DueTime.Skipped::wireName).orElse(null),
                    due.reason().orElse(null));
        }
    }
}
