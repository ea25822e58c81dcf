package dev.mayfly.schedule;

import dev.mayfly.async.InvocationListener;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/// Every statement about schedules and due times. Thread-safe.
final class ScheduleStore {
    /// Until a schedule with a due time that waits is looked at again, should nobody have reported the end before it.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final int FORGOTTEN_AT_ONCE = 1000;
    /// Of each schedule.
    private static final int MOST_SKIPPED = 20;

    private static final String PAUSED = "its schedule was paused while it waited";

    private final Database database;

    ScheduleStore(Database database) {
        this.database = database;
    }

    /// A schedule that is to be looked at, with what its function is now.
    ///
    /// @param definition as JSON
    record Row(String tenant, String name, String definition, Optional<Instant> due, Optional<Instant> waiting, Optional<String> lastExecution, int version, String digest) {}

    /// What other transactions have left of a schedule.
    ///
    /// @param busy whether its last execution has not ended
    /// @param decided whether something was decided about its due time before, or about a later one: by another clock
    record Before(boolean busy, boolean decided) {}

    /// What becomes of a schedule's due time.
    record Decision(Row row, DueTime due) {}

    /// A schedule, and whether it is paused.
    ///
    /// @param pauseReason `failures`, where nobody has paused it
    record Stored(String definition, Optional<Instant> due, Optional<Instant> waiting, Optional<Instant> pausedAt, Optional<String> pauseReason) {}

    // ---- what is due

    /// When the first schedule is to be looked at.
    Optional<Instant> firstLook() throws StoreException {
        return database.read(handle -> handle.createQuery("select min(look_at) from schedule where look_at is not null").mapTo(Long.class).findOne()).map(Instant::ofEpochMilli);
    }

    /// Those that no other replica is looking at, the longest due first. They are this one's until the end of the transaction.
    ///
    /// @param form the highest form of functions that can be run here
    List<Row> due(Handle handle, Instant now, int form, int limit) {
        return handle.createQuery("""
                        select s.tenant, s.name, s.definition, s.due_at, s.waiting_due_at, s.last_execution, f.current_version, f.current_digest
                        from schedule s join function f on f.tenant = s.tenant and f.name = s.name
                        where s.look_at <= :now and f.deleted_at is null and f.current_form <= :form
                        order by s.look_at limit :limit
                        """ + database.kind().skipLocked("s"))
                .bind("now", now.toEpochMilli()).bind("form", form).bind("limit", limit)
                .map((row, context) -> new Row(row.getString("tenant"), row.getString("name"), row.getString("definition"), instant(row, "due_at"), instant(row, "waiting_due_at"),
                        Optional.ofNullable(row.getString("last_execution")), row.getInt("current_version"), row.getString("current_digest")))
                .list();
    }

    /// Asked when the row is this transaction's: what another one has done with it until then is seen.
    Before before(Handle handle, Row row) {
        return handle.createQuery("""
                        select (select state from execution where id = :last) as last_state,
                          (select count(*) from due_time where tenant = :tenant and name = :name and due_at >= :from) as decided""")
                .bind("last", row.lastExecution().orElse(""))
                .bind("tenant", row.tenant()).bind("name", row.name())
                .bind("from", row.waiting().or(row::due).map(Instant::toEpochMilli).orElse(Long.MAX_VALUE))
                .map((set, context) -> {
                    String state = set.getString("last_state");
                    return new Before(state != null && !state.equals("finished"), set.getLong("decided") > 0);
                })
                .one();
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column)).map(millis -> Instant.ofEpochMilli(((Number) millis).longValue()));
    }

    boolean isDecided(Handle handle, Row row, Instant due) {
        return handle.createQuery("select 1 from due_time where tenant = :tenant and name = :name and due_at = :due")
                .bind("tenant", row.tenant()).bind("name", row.name()).bind("due", due.toEpochMilli()).mapTo(Integer.class).findOne().isPresent();
    }

    /// Fails where somebody has decided about one of them before.
    void decide(Handle handle, List<Decision> decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch("""
                insert into due_time (tenant, name, due_at, decided_at, execution_id, skipped, reason)
                values (:tenant, :name, :due, :at, :execution, :skipped, :reason)""");
        for (Decision decision : decisions) {
            DueTime due = decision.due();
            rows.bind("tenant", decision.row().tenant()).bind("name", decision.row().name())
                    .bind("due", due.dueAt().toEpochMilli())
                    .bind("at", due.decidedAt().toEpochMilli())
                    .bind("execution", due.executionId().orElse(null))
                    .bind("skipped", due.skipped().map(DueTime.Skipped::wireName).orElse(null))
                    .bind("reason", due.reason().orElse(null))
                    .add();
        }
        rows.execute();
    }

    /// Of what was skipped only the latest is shown, and only that is stored.
    void forgetSkipped(Handle handle, Row row) {
        handle.createUpdate("""
                        delete from due_time where tenant = :tenant and name = :name and skipped is not null and due_at < (
                          select due_at from due_time where tenant = :tenant and name = :name and skipped is not null order by due_at desc limit 1 offset :most)""")
                .bind("tenant", row.tenant()).bind("name", row.name()).bind("most", MOST_SKIPPED - 1).execute();
    }

    /// A schedule behind a look at it.
    ///
    /// @param postponed until when it is left alone; empty where its next due time says that
    record Looked(Row row, Position position, Optional<String> lastExecution, Optional<Instant> postponed) {
        private @Nullable Long lookAt(Instant now) {
            if (postponed.isPresent()) {
                return postponed.get().toEpochMilli();
            }
            Optional<Instant> atTheLatest = position.waiting().map(waiting -> now.plus(LOOK_AGAIN));
            Optional<Instant> first = position.due().filter(due -> atTheLatest.isEmpty() || due.isBefore(atTheLatest.get())).or(() -> atTheLatest);
            return first.map(Instant::toEpochMilli).orElse(null);
        }
    }

    void looked(Handle handle, List<Looked> schedules, Instant now) {
        if (schedules.isEmpty()) {
            return;
        }
        PreparedBatch rows = handle.prepareBatch(
                "update schedule set due_at = :due, look_at = :look, waiting_due_at = :waiting, last_execution = :last where tenant = :tenant and name = :name");
        for (Looked schedule : schedules) {
            rows.bind("tenant", schedule.row().tenant()).bind("name", schedule.row().name())
                    .bind("due", millis(schedule.position().due()))
                    .bind("look", schedule.lookAt(now))
                    .bind("waiting", millis(schedule.position().waiting()))
                    .bind("last", schedule.lastExecution().orElse(null))
                    .add();
        }
        rows.execute();
    }

    private static @Nullable Long millis(Optional<Instant> instant) {
        return instant.map(Instant::toEpochMilli).orElse(null);
    }

    /// An execution has ended: what waits for it is looked at now.
    void ended(Handle handle, String tenant, String name, String execution, Instant now) {
        handle.createUpdate("update schedule set look_at = :now where tenant = :tenant and name = :name and last_execution = :execution and waiting_due_at is not null and paused_at is null")
                .bind("now", now.toEpochMilli()).bind("tenant", tenant).bind("name", name).bind("execution", execution).execute();
    }

    /// Pauses a schedule that has failed too often in a row.
    void counted(Handle handle, String tenant, String name, InvocationListener.End end, Instant now) {
        switch (end) {
            case SUCCESS -> handle.createUpdate("update schedule set failures = 0 where tenant = :tenant and name = :name and failures > 0").bind("tenant", tenant).bind("name", name).execute();
            case FAILURE -> {
                handle.createUpdate("update schedule set failures = failures + 1 where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", name).execute();
                boolean tooMany = handle.createQuery("select 1 from schedule where tenant = :tenant and name = :name and failures >= pause_after_failures and paused_at is null")
                        .bind("tenant", tenant).bind("name", name).mapTo(Integer.class).findOne().isPresent();
                if (!tooMany) {
                    return;
                }
                giveUpWaiting(handle, tenant, name, PAUSED, "", now);
                handle.createUpdate("""
                                update schedule set paused_at = :now, pause_reason = 'failures', due_at = null, look_at = null, waiting_due_at = null
                                where tenant = :tenant and name = :name""")
                        .bind("now", now.toEpochMilli()).bind("tenant", tenant).bind("name", name).execute();
            }
            case CANCELLED -> {} // says nothing of the program
        }
    }

    // ---- changes

    /// Schedules it again where its due times are other ones than before; a pause stays.
    ///
    void put(Handle handle, String tenant, String name, Schedule schedule, Instant now) {
        lock(handle, tenant, name);
        giveUpWaiting(handle, tenant, name, "its schedule was changed while it waited", schedule.timing(), now);
        handle.createUpdate("""
                        insert into schedule (tenant, name, timing, definition, due_at, look_at) values (:tenant, :name, :timing, :definition, :due, :due)
                        on conflict (tenant, name) do update set timing = :timing, waiting_due_at = null,
                          due_at = case when schedule.paused_at is null then :due end, look_at = case when schedule.paused_at is null then :due end
                        where schedule.timing <> :timing""")
                .bind("tenant", tenant).bind("name", name).bind("timing", schedule.timing()).bind("definition", schedule.json()).bind("due", millis(schedule.nextDue(now))).execute();
        handle.createUpdate("update schedule set pause_after_failures = :most, definition = :definition where tenant = :tenant and name = :name")
                .bind("most", schedule.pauseAfterFailures().orElse(null)).bind("definition", schedule.json()).bind("tenant", tenant).bind("name", name).execute();
    }

    /// Before anything of its due times: in the order in which a look does it.
    private void lock(Handle handle, String tenant, String name) {
        var _ = definition(handle, tenant, name);
    }

    /// What becomes of the due time that waits.
    ///
    /// @param timing of the schedule that takes its place; only where it is another one
    private static void giveUpWaiting(Handle handle, String tenant, String name, String reason, String timing, Instant now) {
        handle.createUpdate("""
                        insert into due_time (tenant, name, due_at, decided_at, skipped, reason)
                        select tenant, name, waiting_due_at, :now, 'overlap', :reason from schedule
                        where tenant = :tenant and name = :name and waiting_due_at is not null and timing <> :timing
                        on conflict do nothing""")
                .bind("now", now.toEpochMilli()).bind("reason", reason).bind("tenant", tenant).bind("name", name).bind("timing", timing).execute();
    }

    void remove(Handle handle, String tenant, String name) {
        handle.createUpdate("delete from schedule where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", name).execute();
    }

    /// Nothing comes due until it is resumed. Once more, it changes nothing.
    boolean pause(String tenant, String name, Instant now) throws StoreException, InterruptedException {
        return database.write(handle -> {
            lock(handle, tenant, name);
            giveUpWaiting(handle, tenant, name, PAUSED, "", now);
            return handle.createUpdate("""
                            update schedule set paused_at = coalesce(paused_at, :now), due_at = null, look_at = null, waiting_due_at = null
                            where tenant = :tenant and name = :name""")
                    .bind("now", now.toEpochMilli()).bind("tenant", tenant).bind("name", name).execute() == 1;
        });
    }

    /// @param due its next due time; one that is not paused keeps its own
    boolean resume(Handle handle, String tenant, String name, Optional<Instant> due) {
        return handle.createUpdate("""
                        update schedule set due_at = case when paused_at is null then due_at else :due end, look_at = case when paused_at is null then look_at else :due end,
                          paused_at = null, pause_reason = null, failures = 0 where tenant = :tenant and name = :name""")
                .bind("due", millis(due)).bind("tenant", tenant).bind("name", name).execute() == 1;
    }

    /// Due times that were decided before this moment.
    ///
    /// @return whether there may be more of them
    boolean forget(Instant then) throws StoreException, InterruptedException {
        return database.write(handle -> handle.createUpdate("""
                        delete from due_time where (tenant, name, due_at) in (select tenant, name, due_at from due_time where decided_at < :then limit :most)""")
                .bind("then", then.toEpochMilli()).bind("most", FORGOTTEN_AT_ONCE).execute()) == FORGOTTEN_AT_ONCE;
    }

    // ---- what is there

    Optional<Stored> find(String tenant, String name) throws StoreException {
        return database.read(handle -> handle.createQuery("select definition, due_at, waiting_due_at, paused_at, pause_reason from schedule where tenant = :tenant and name = :name")
                .bind("tenant", tenant).bind("name", name)
                .map((row, context) -> new Stored(row.getString("definition"), instant(row, "due_at"), instant(row, "waiting_due_at"), instant(row, "paused_at"), Optional.ofNullable(row.getString("pause_reason"))))
                .findOne());
    }

    /// Its definition as JSON, which is this transaction's.
    Optional<String> definition(Handle handle, String tenant, String name) {
        return handle.createQuery("select definition from schedule where tenant = :tenant and name = :name " + database.kind().lock())
                .bind("tenant", tenant).bind("name", name).mapTo(String.class).findOne();
    }

    /// The newest first.
    List<DueTime> recent(String tenant, String name, int limit) throws StoreException {
        return database.read(handle -> handle.createQuery("""
                        select due_at, decided_at, execution_id, skipped, reason from due_time
                        where tenant = :tenant and name = :name order by due_at desc limit :limit""")
                .bind("tenant", tenant).bind("name", name).bind("limit", limit)
                .map((row, context) -> new DueTime(
                        Instant.ofEpochMilli(row.getLong("due_at")), Instant.ofEpochMilli(row.getLong("decided_at")), Optional.ofNullable(row.getString("execution_id")),
                        Optional.ofNullable(row.getString("skipped")).map(text -> DueTime.Skipped.valueOf(text.toUpperCase(Locale.ROOT))), Optional.ofNullable(row.getString("reason"))))
                .list());
    }
}
