package dev.mayfly.schedule;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.Functions;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.SubmissionRequestBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/// One look at the schedules that are due, in one transaction: what becomes of their due times, and the executions.
final class Look {
    private static final int SCHEDULES_AT_ONCE = 100;
    private static final int EXECUTIONS_AT_ONCE = 500;
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final String DUE_VARIABLE = "MAYFLY_DUE_AT";

    private final Handle handle;
    private final Instant now;
    private final ScheduleStore store;
    private final Functions functions;
    private final AsyncExecutions executions;
    private final List<AsyncSubmission> run = new ArrayList<>();
    private final List<DueTime.Skipped> skipped = new ArrayList<>();
    private final List<ScheduleStore.Decision> decisions = new ArrayList<>();

    Look(Handle handle, Instant now, ScheduleStore store, Functions functions, AsyncExecutions executions) {
        this.handle = handle;
        this.now = now;
        this.store = store;
        this.functions = functions;
        this.executions = executions;
    }

    /// @param schedules how many were looked at
    record Result(int schedules, int run, List<DueTime.Skipped> skipped) {}

    Result result() {
        List<ScheduleStore.Looked> looked = new ArrayList<>();
        for (ScheduleStore.Row row : store.due(handle, now, Functions.KNOWN_FORM, SCHEDULES_AT_ONCE)) {
            Optional<FunctionDefinition> definition = functions.definition(handle, row.tenant(), row.name(), row.version(), row.digest());
            Optional<Schedule> schedule = definition.flatMap(Schedule::of);
            if (schedule.isEmpty()) {
                store.remove(handle, row.tenant(), row.name()); // a release that knows no schedules has changed the function
            } else {
                looked.add(at(row, definition.get(), schedule.get()));
            }
            if (run.size() >= EXECUTIONS_AT_ONCE) {
                break; // the others stay as they are
            }
        }
        store.decide(handle, decisions);
        store.looked(handle, looked, now);
        executions.insert(handle, run);
        return new Result(looked.size(), run.size(), skipped);
    }

    /// Step by step, until nothing is due or there is no room.
    private ScheduleStore.Looked at(ScheduleStore.Row row, FunctionDefinition definition, Schedule schedule) {
        Position position = row.position();
        Optional<String> last = row.lastExecution();
        for (Optional<Step> next = Step.next(schedule, position, now); next.isPresent(); next = Step.next(schedule, position, now)) {
            Step step = next.get();
            if (step.runs()) {
                try {
                    Optional<String> begun = run(row, submission(row, definition, schedule, step.due()), step.due());
                    position = step.after().busy(begun.isPresent() || position.busy());
                    last = begun.isPresent() ? begun : last;
                } catch (RejectedException e) {
                    if (isForNow(e)) {
                        return new ScheduleStore.Looked(row, position, last, Optional.of(now.plus(e.retryAfter().orElse(LATER))));
                    }
                    skip(row, step.due(), DueTime.Skipped.REJECTED, e.detail());
                    position = step.after().busy(position.busy());
                }
            } else {
                step.skipped().ifPresent(why -> skip(row, step.due(), why, step.reason()));
                position = step.after();
            }
        }
        return new ScheduleStore.Looked(row, position, last, Optional.empty());
    }

    /// Another replica may offer the runtime.
    private static boolean isForNow(RejectedException e) {
        return e.retryAfter().isPresent() || e.kind() == RejectedException.Kind.UNKNOWN_RUNTIME;
    }

    /// The execution's id; empty where the due time was run before.
    private Optional<String> run(ScheduleStore.Row row, AsyncSubmission submission, Instant due) throws RejectedException {
        if (!store.isOpen(handle, row, due)) {
            return Optional.empty();
        }
        AsyncSubmission checked = executions.check(submission);
        Optional<String> id = Optional.of(checked.submission().id());
        decisions.add(new ScheduleStore.Decision(row, new DueTime(due, now, id, Optional.empty(), Optional.empty())));
        run.add(checked);
        return id;
    }

    private void skip(ScheduleStore.Row row, Instant due, DueTime.Skipped why, String reason) {
        if (store.isOpen(handle, row, due)) {
            decisions.add(new ScheduleStore.Decision(row, new DueTime(due, now, Optional.empty(), Optional.of(why), Optional.of(reason))));
            skipped.add(why);
        }
    }

    private static AsyncSubmission submission(ScheduleStore.Row row, FunctionDefinition definition, Schedule schedule, Instant due) throws RejectedException {
        return submission(row.tenant(), row.name(), row.version(), definition, schedule, due);
    }

    /// As a function is invoked at a due time.
    static AsyncSubmission submission(String tenant, String name, int version, FunctionDefinition definition, Schedule schedule, Instant due) throws RejectedException {
        FunctionLookup only = (owner, reference) -> new FunctionLookup.Found(version, definition);
        var requester = new Requester(ExecutionId.next(), tenant, Trigger.SCHEDULE, only);
        var request = SubmissionRequestBuilder.builder().function(new FunctionReference(name, OptionalInt.empty()).toString()).env(Map.of(DUE_VARIABLE, due.toString()));
        schedule.input().ifPresent(request::input);
        return AsyncSubmission.of(request.build(), requester);
    }
}
