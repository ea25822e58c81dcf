package dev.mayfly.schedule;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.function.Functions;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Runs functions when they are due. Every replica looks; what becomes of a due time is decided in one transaction,
/// together with its execution. Thread-safe.
public final class Schedules implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);
    private static final int NEXT_SHOWN = 5;
    private static final int RECENT_SHOWN = 20;

    private final Database database;
    private final ScheduleStore store;
    private final Functions functions;
    private final AsyncExecutions executions;
    private final Duration retention;
    private final InstantSource clock;
    private final Rounds rounds = new Rounds("schedules", PAUSE, this::round);
    private final LongAdder run = new LongAdder();
    private final Map<DueTime.Skipped, LongAdder> skipped = new EnumMap<>(DueTime.Skipped.class);
    private volatile Duration lateness = Duration.ZERO;
    private Instant forgotten = Instant.EPOCH;

    /// @param retention for how long it is known what became of a due time
    public Schedules(Database database, Functions functions, AsyncExecutions executions, Duration retention, InstantSource clock) {
        this.database = database;
        this.functions = functions;
        this.executions = executions;
        this.retention = retention;
        this.clock = clock;
        store = new ScheduleStore(database);
        for (DueTime.Skipped why : DueTime.Skipped.values()) {
            skipped.put(why, new LongAdder());
        }
    }

    /// Begins to look, again and again.
    public void start() {
        rounds.start();
    }

    /// Whether there may be more to do now.
    boolean round() throws StoreException, InterruptedException {
        Instant now = clock.instant();
        Optional<Instant> first = store.firstLook().filter(look -> !look.isAfter(now));
        lateness = first.map(look -> Duration.between(look, now)).orElse(Duration.ZERO);
        forgetOld(now);
        if (first.isEmpty()) {
            return false;
        }
        Look.Result looked = database.write(handle -> new Look(handle, now, store, functions, executions).result());
        if (looked.run() > 0) {
            executions.inserted(looked.run());
        }
        run.add(looked.run());
        looked.skipped().forEach(why -> Objects.requireNonNull(skipped.get(why)).increment());
        return looked.schedules() > 0;
    }

    private void forgetOld(Instant now) throws StoreException, InterruptedException {
        if (now.isAfter(forgotten.plus(FORGET_EVERY)) && !store.forget(now.minus(retention))) {
            forgotten = now;
        }
    }

    // ---- for their owners

    /// Empty where the function is not there, or has no schedule.
    public Optional<ScheduleState> find(String tenant, String function) throws StoreException {
        Optional<ScheduleStore.Stored> stored = store.find(tenant, function);
        Optional<Schedule> schedule = stored.map(ScheduleStore.Stored::definition).flatMap(Schedule::read);
        if (schedule.isEmpty()) {
            return Optional.empty();
        }
        var status = stored.get().pausedAt().isPresent() ? ScheduleState.Status.PAUSED : schedule.get().enabled() ? ScheduleState.Status.ACTIVE : ScheduleState.Status.DISABLED;
        List<Instant> next = stored.get().due().stream()
                .flatMap(due -> schedule.get().timetable().following(due.minusMillis(1)))
                .limit(NEXT_SHOWN)
                .toList();
        return Optional.of(new ScheduleState(status, stored.get().pausedAt(), stored.get().pauseReason(), next, stored.get().waiting(), store.recent(tenant, function, RECENT_SHOWN)));
    }

    /// Nothing comes due any more until it is resumed. False where there is no schedule.
    public boolean pause(String tenant, String function) throws StoreException, InterruptedException {
        return store.pause(tenant, function, clock.instant());
    }

    /// Goes on with the next due time. False where there is no schedule.
    public boolean resume(String tenant, String function) throws StoreException, InterruptedException {
        return database.write(handle -> store.definition(handle, tenant, function).flatMap(Schedule::read)
                .filter(schedule -> store.resume(handle, tenant, function, schedule.nextDue(clock.instant()))).isPresent());
    }

    // ---- what this replica has done

    /// How many due times it has run.
    public long run() {
        return run.sum();
    }

    /// How many due times it has skipped.
    public long skipped(DueTime.Skipped why) {
        return Objects.requireNonNull(skipped.get(why)).sum();
    }

    /// How overdue the most overdue schedule was at the last look.
    public Duration lateness() {
        return lateness;
    }

    /// A look that is under way goes to its end.
    @Override
    public void close() throws InterruptedException {
        rounds.awaitStopped(LAST_LOOK);
    }
}
