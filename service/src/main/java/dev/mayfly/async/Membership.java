package dev.mayfly.async;

import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// Which replicas there are, by their beats; what one leaves behind goes back into the queue. Thread-safe.
final class Membership {
    private final Database database;

    Membership(Database database) {
        this.database = database;
    }

    void join(String replica, String name) throws StoreException, InterruptedException {
        database.write(handle -> handle.createUpdate("insert into replica (id, name, beat, joined_at) values (:id, :name, 0, :now) on conflict do nothing")
                .bind("id", replica).bind("name", name).bind("now", System.currentTimeMillis()).execute());
    }

    Map<String, Long> namesakes(String name) throws StoreException {
        return database.read(handle -> beats(handle.createQuery("select id, beat from replica where name = :name").bind("name", name)));
    }

    /// @param alive false when the others have taken this replica for dead
    /// @param givenBack executions of replicas that there are no more
    record Beat(boolean alive, int givenBack) {}

    Beat beat(String replica, String version, boolean draining) throws StoreException, InterruptedException {
        return database.write(handle -> new Beat(
                handle.createUpdate("update replica set beat = beat + 1, version = :version, draining = :draining where id = :id")
                        .bind("version", version).bind("draining", draining ? 1 : 0).bind("id", replica).execute() == 1,
                giveBackOwnerless(handle)));
    }

    List<Replica> replicas() throws StoreException {
        return database.read(handle -> handle.createQuery("select name, version, joined_at, draining from replica order by name, id")
                .map(row -> new Replica(
                        row.getColumn("name", String.class),
                        Optional.ofNullable(row.getColumn("version", String.class)).filter(version -> !version.isEmpty()),
                        Optional.ofNullable(row.getColumn("joined_at", Long.class)).map(Instant::ofEpochMilli),
                        row.getColumn("draining", Integer.class) == 1))
                .list());
    }

    /// What it still owns goes back into the queue.
    void leave(String replica) throws StoreException, InterruptedException {
        database.write(handle -> handle.createUpdate("delete from replica where id = :id").bind("id", replica).execute() + giveBackOwnerless(handle));
    }

    /// Returns the executions of replicas that no longer exist to the queue.
    private static int giveBackOwnerless(Handle handle) {
        return handle.execute("""
                update execution set state = 'queued', owner = null, started_at = null, not_before = 0
                where state = 'running' and owner not in (select id from replica)""");
    }

    Map<String, Long> beats() throws StoreException {
        return database.read(handle -> beats(handle.createQuery("select id, beat from replica")));
    }

    private static Map<String, Long> beats(Query query) {
        return query.reduceRows(new LinkedHashMap<>(), (beats, row) -> {
            beats.put(row.getColumn("id", String.class), row.getColumn("beat", Long.class));
            return beats;
        });
    }

    /// What a dead replica ran is to be started again; empty when it is not dead, or another replica has done so.
    int takeOver(String dead, long beat) throws StoreException, InterruptedException {
        return database.write(handle -> {
            int gone = handle.createUpdate("delete from replica where id = :id and beat = :beat").bind("id", dead).bind("beat", beat).execute();
            return gone == 0 ? 0 : giveBackOwnerless(handle);
        });
    }
}
