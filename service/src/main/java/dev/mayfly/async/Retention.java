package dev.mayfly.async;

import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// For how long, and in how much room, executions are stored. Thread-safe.
final class Retention {
    private static final int FORGOTTEN_AT_ONCE = 25;

    private final Database database;
    private final AsyncSettings settings;
    private volatile long sizeBytes;
    private volatile boolean full;

    Retention(Database database, AsyncSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /// Removes some of what ended too long ago.
    void forget() throws StoreException, InterruptedException {
        long then = Instant.now().minus(settings.retention()).toEpochMilli();
        for (String table : List.of("execution", "batch")) {
            List<String> ids = database.read(handle -> handle.createQuery("select id from %s where finished_at < :then limit :most".formatted(table))
                    .bind("then", then).bind("most", FORGOTTEN_AT_ONCE).mapTo(String.class).list());
            if (!ids.isEmpty()) {
                database.write(handle -> forget(handle, table, ids));
            }
        }
    }

    private static int forget(Handle handle, String table, List<String> ids) {
        handle.createUpdate("delete from idempotency_key where target in (<ids>)").bindList("ids", ids).execute();
        return handle.createUpdate("delete from " + table + " where id in (<ids>)").bindList("ids", ids).execute();
    }

    /// Of a store that is nearly full: whose executions take a tenth of it, or more.
    Set<String> tenantsWithoutRoom() throws StoreException {
        long tenth = settings.maxBytes() / 10;
        if (database.sizeBytes() < settings.maxBytes() - tenth) {
            return Set.of();
        }
        return database.read(handle -> handle.createQuery("select tenant from execution group by tenant having sum(stored_bytes) >= :tenth")
                .bind("tenth", tenth).mapTo(String.class).set());
    }

    /// The store's size at the last count, divided by the most that it may have; at least 1 where its disk is full.
    double utilization() {
        double utilization = (double) sizeBytes / settings.maxBytes();
        return full ? Math.max(1, utilization) : utilization;
    }

    /// Why no new work is taken; empty when there is room.
    Optional<String> lackOfRoom() throws StoreException {
        long size = database.sizeBytes();
        Optional<Long> free = database.freeBytes();
        full = free.isPresent() && free.get() < settings.minFreeBytes();
        sizeBytes = size;
        if (full) {
            return Optional.of("the store's disk is nearly full: %d MiB are free, and at least %d must be".formatted(free.get() >> 20, settings.minFreeBytes() >> 20));
        }
        return size < settings.maxBytes()
                ? Optional.empty()
                : Optional.of("the store is full: %d of %d MiB; finished executions are removed after %s".formatted(size >> 20, settings.maxBytes() >> 20, settings.retention()));
    }
}
