package dev.mayfly.schedule;

import dev.mayfly.async.InvocationListener;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.FunctionListener;
import dev.mayfly.store.Database;
import dev.mayfly.wire.FunctionDefinition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What changes of functions and ends of executions mean for schedules. Thread-safe.
public final class ScheduleListener implements FunctionListener, InvocationListener {
    private final ScheduleStore store;
    private final InstantSource clock;

    public ScheduleListener(Database database, InstantSource clock) {
        store = new ScheduleStore(database);
        this.clock = clock;
    }

    @Override
    public void check(String tenant, String name, FunctionDefinition definition) throws RejectedException {
        if (definition.schedule().isPresent()) {
            var _ = Look.submission(tenant, name, 1, definition, Schedule.of(definition.schedule().get()), Instant.EPOCH);
        }
    }

    @Override
    public void changed(Handle handle, String tenant, String name, Optional<FunctionDefinition> definition) {
        if (definition.flatMap(FunctionDefinition::schedule).isEmpty()) {
            store.remove(handle, tenant, name);
            return;
        }
        Optional<Schedule> schedule = definition.flatMap(Schedule::of);
        if (schedule.isPresent()) { // else it is of a later release, which this one rolls back to
            store.put(handle, tenant, name, schedule.get(), clock.instant());
        }
    }

    @Override
    public void ended(Handle handle, Ended ended) {
        if (ended.invocation().trigger() == Invocation.Trigger.SCHEDULE) {
            store.ended(handle, ended.tenant(), ended.invocation().function(), ended.id(), clock.instant());
            store.counted(handle, ended.tenant(), ended.invocation().function(), ended.end(), clock.instant());
        }
    }
}
