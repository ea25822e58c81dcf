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
import java.lang.System.Logger.Level;
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
    private static final System.Logger LOG = System.getLogger(Look.class.getName());
    private static final int SCHEDULES_AT_ONCE = 100;
    private static final int EXECUTIONS_AT_ONCE = 500;
    /// Of all programs together, as the store has them.
    private static final long BYTES_AT_ONCE = 16L << 20;
    /// Soon, for another replica may have what this one lacks.
    private static final Duration LATER = Duration.ofMillis(500);
    private static final Duration LATER_RELEASE = Duration.ofSeconds(5);
    private static final String DUE_VARIABLE = "MAYFLY_DUE_AT";

    private final Handle handle;
    private final Instant now;
    private final ScheduleStore store;
    private final Functions functions;
    private final AsyncExecutions executions;
    private final List<AsyncSubmission> run = new ArrayList<>();
    private final List<DueTime.Skipped> skipped = new ArrayList<>();
    private final List<ScheduleStore.Decision> decisions = new ArrayList<>();
    private final List<ScheduleStore.Row> gone = new ArrayList<>();
    private long bytes;

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
            looked.add(at(row));
            if (isFull()) {
                break; // the others stay as they are
            }
        }
        store.decide(handle, decisions);
        store.looked(handle, looked, now);
        decisions.stream().filter(decision -> decision.due().skipped().isPresent()).map(ScheduleStore.Decision::row).distinct().forEach(row -> store.forgetSkipped(handle, row));
        gone.forEach(row -> store.remove(handle, row.tenant(), row.name()));
        executions.insert(handle, run);
        return new Result(looked.size(), run.size(), skipped);
    }

    private boolean isFull() {
        return run.size() >= EXECUTIONS_AT_ONCE || bytes >= BYTES_AT_ONCE;
    }

    /// One that cannot be understood here holds up no other.
    private ScheduleStore.Looked at(ScheduleStore.Row row) {
        Optional<Schedule> schedule = Schedule.read(row.definition());
        if (schedule.isEmpty()) {
            LOG.log(Level.WARNING, "the schedule of function={0} tenant={1} is of a later release, and left to its replicas", row.name(), row.tenant());
            return putOff(row, new Position(row.due(), row.waiting(), false), row.lastExecution(), LATER_RELEASE);
        }
        ScheduleStore.Before before = store.before(handle, row);
        return steps(row, schedule.get(), before.decided(), new Position(row.due(), row.waiting(), before.busy()));
    }

    /// Until nothing is due or there is no room.
    private ScheduleStore.Looked steps(ScheduleStore.Row row, Schedule schedule, boolean decided, Position begin) {
        Position position = begin;
        Optional<String> last = row.lastExecution();
        for (Optional<Step> next = Step.next(schedule, position, now); next.isPresent() && !isFull(); next = Step.next(schedule, position, now)) {
            Step step = next.get();
            boolean open = !decided || !store.isDecided(handle, row, step.due());
            if (open && step.runs()) {
                try {
                    last = Optional.of(run(row, schedule, step.due()));
                    position = step.after();
                } catch (RejectedException e) {
                    if (isForNow(e)) {
                        return putOff(row, position, last, LATER);
                    }
                    skip(row, step.due(), DueTime.Skipped.REJECTED, e.detail());
                    position = step.after().withBusy(position.busy());
                }
            } else {
                if (open) {
                    step.skipped().ifPresent(why -> skip(row, step.due(), why, step.reason()));
                }
                position = open ? step.after() : step.after().withBusy(position.busy());
            }
        }
        return new ScheduleStore.Looked(row, position, last, Optional.empty());
    }

    private ScheduleStore.Looked putOff(ScheduleStore.Row row, Position position, Optional<String> last, Duration pause) {
        return new ScheduleStore.Looked(row, position, last, Optional.of(now.plus(pause)));
    }

    /// Another replica may offer the runtime.
    private static boolean isForNow(RejectedException e) {
        return e.retryAfter().isPresent() || e.kind() == RejectedException.Kind.UNKNOWN_RUNTIME;
    }

    /// The execution's id.
    private String run(ScheduleStore.Row row, Schedule schedule, Instant due) throws RejectedException {
        Optional<FunctionDefinition> definition = functions.definition(handle, row.tenant(), row.name(), row.version(), row.digest());
        if (definition.flatMap(FunctionDefinition::schedule).isEmpty()) {
            gone.add(row);
            throw RejectedException.invalid("schedule", "the function has no schedule any more"); // a release that knows no schedules has changed it
        }
        AsyncSubmission checked = executions.check(submission(row.tenant(), row.name(), row.version(), definition.get(), schedule, due));
        String id = checked.submission().id();
        decisions.add(new ScheduleStore.Decision(row, new DueTime(due, now, Optional.of(id), Optional.empty(), Optional.empty())));
        run.add(checked);
        bytes += checked.submission().program().sourceBytes();
        return id;
    }

    private void skip(ScheduleStore.Row row, Instant due, DueTime.Skipped why, String reason) {
        decisions.add(new ScheduleStore.Decision(row, new DueTime(due, now, Optional.empty(), Optional.of(why), Optional.of(reason))));
        skipped.add(why);
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
