package dev.mayfly.function;

import dev.mayfly.function.Change.Status;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionDefinition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/// Every statement about functions. Thread-safe.
final class FunctionStore {
    private static final String FUNCTION = """
            select f.name, f.created_at as function_created_at, f.changed_at, v.version, v.digest, v.runtime, v.description, v.created_at
            from function f join function_version v on v.tenant = f.tenant and v.name = f.name and v.version = f.current_version
            where f.tenant = :tenant and f.deleted_at is null""";

    private final Database database;
    private final FunctionListener listener;
    private final FunctionSettings settings;

    FunctionStore(Database database, FunctionListener listener, FunctionSettings settings) {
        this.database = database;
        this.listener = listener;
        this.settings = settings;
    }

    // ---- what is there

    Optional<StoredFunction> find(String tenant, String name) throws StoreException {
        return database.read(handle -> find(handle, tenant, name));
    }

    private static Optional<StoredFunction> find(Handle handle, String tenant, String name) {
        return handle.createQuery(FUNCTION + " and f.name = :name").bind("tenant", tenant).bind("name", name).map((row, context) -> function(row)).findOne();
    }

    /// In the order of their names.
    List<StoredFunction> list(String tenant, Optional<String> after, int limit) throws StoreException {
        return database.read(handle -> handle.createQuery(FUNCTION + " and f.name > :after order by f.name limit :limit")
                .bind("tenant", tenant).bind("after", after.orElse("")).bind("limit", limit)
                .map((row, context) -> function(row))
                .list());
    }

    /// The newest first.
    List<FunctionVersion> versions(String tenant, String name, OptionalInt before, int limit) throws StoreException {
        return database.read(handle -> handle.createQuery("""
                        select version, digest, runtime, description, created_at from function_version
                        where tenant = :tenant and name = :name and version < :before order by version desc limit :limit""")
                .bind("tenant", tenant).bind("name", name).bind("before", before.orElse(Integer.MAX_VALUE)).bind("limit", limit)
                .map((row, context) -> version(row))
                .list());
    }

    Optional<FunctionVersion> version(String tenant, String name, int version) throws StoreException {
        return database.read(handle -> handle.createQuery("""
                        select version, digest, runtime, description, created_at from function_version
                        where tenant = :tenant and name = :name and version = :version""")
                .bind("tenant", tenant).bind("name", name).bind("version", version)
                .map((row, context) -> version(row))
                .findOne());
    }

    /// What a version is known by, without its body.
    ///
    /// @param form what one must know at least to run it
    /// @param concurrency the current version's
    record Identity(int version, String digest, int form, OptionalInt concurrency) {}

    /// In one row, for it is asked for with each invocation.
    ///
    /// @param version the current one where it is empty
    Optional<Identity> identity(String tenant, String name, OptionalInt version) throws StoreException {
        return database.read(handle -> {
            var query = handle.createQuery(version.isEmpty()
                    ? "select current_version, current_digest, current_form, concurrency from function where tenant = :tenant and name = :name and deleted_at is null"
                    : "select version, digest, form, concurrency from function_version join function using (tenant, name) where tenant = :tenant and name = :name and version = :version");
            query.bind("tenant", tenant).bind("name", name);
            version.ifPresent(number -> query.bind("version", number));
            return query.map((row, context) -> new Identity(row.getInt(1), row.getString(2), row.getInt(3), optionalInt(row, 4))).findOne();
        });
    }

    Optional<byte[]> body(String tenant, String name, int version) throws StoreException {
        return database.read(handle -> body(handle, tenant, name, version));
    }

    static Optional<byte[]> body(Handle handle, String tenant, String name, int version) {
        return handle.createQuery("select body from function_version where tenant = :tenant and name = :name and version = :version")
                .bind("tenant", tenant).bind("name", name).bind("version", version).mapTo(byte[].class).findOne();
    }

    // ---- changes

    /// A function's row, which other replicas leave alone until the end of the transaction.
    ///
    /// @param current empty where there is no function
    private record Locked(int lastVersion, Optional<StoredFunction> current) {
        Optional<String> digest() {
            return current.map(function -> function.current().digest());
        }
    }

    private Optional<Locked> lock(Handle handle, String tenant, String name) {
        return handle.createQuery("select last_version from function where tenant = :tenant and name = :name " + database.kind().lock())
                .bind("tenant", tenant).bind("name", name).mapTo(Integer.class).findOne()
                .map(last -> new Locked(last, find(handle, tenant, name)));
    }

    Change put(String tenant, String name, StoredDefinition definition, Precondition precondition) throws StoreException, InterruptedException {
        return database.write(handle -> {
            long now = System.currentTimeMillis();
            handle.createUpdate("""
                            insert into function (tenant, name, current_version, current_digest, current_form, last_version, created_at, changed_at, deleted_at)
                            values (:tenant, :name, 0, '', 0, 0, :now, :now, :now) on conflict do nothing""")
                    .bind("tenant", tenant).bind("name", name).bind("now", now).execute();
            Locked before = lock(handle, tenant, name).orElseThrow();
            if (!precondition.holds(before.digest())) {
                forgetIfNew(handle, tenant, name);
                return Change.of(Status.PRECONDITION_FAILED);
            }
            if (before.digest().filter(definition.digest()::equals).isPresent()) {
                applies(handle, tenant, name, Optional.of(StoredDefinition.read(definition.body()))); // the release that stored it may not have known all of it
                return Change.of(Status.UNCHANGED, before.current().orElseThrow());
            }
            Optional<Integer> same = sameVersion(handle, tenant, name, definition.digest());
            if (same.isEmpty()) {
                Optional<String> reason = lackOfRoom(handle, tenant, before.current().isEmpty(), definition.body().length);
                if (reason.isPresent()) {
                    forgetIfNew(handle, tenant, name);
                    return Change.noRoom(reason.get());
                }
                insert(handle, tenant, name, before.lastVersion() + 1, definition, now);
            }
            makeCurrent(handle, tenant, name, same.orElse(before.lastVersion() + 1), before.current().isEmpty(), now);
            prune(handle, tenant, name);
            return Change.of(before.current().isEmpty() ? Status.CREATED : Status.CHANGED, find(handle, tenant, name).orElseThrow());
        });
    }

    /// The row of a function that did not come to be.
    private static void forgetIfNew(Handle handle, String tenant, String name) {
        handle.createUpdate("delete from function where tenant = :tenant and name = :name and last_version = 0").bind("tenant", tenant).bind("name", name).execute();
    }

    private static Optional<Integer> sameVersion(Handle handle, String tenant, String name, String digest) {
        return handle.createQuery("select version from function_version where tenant = :tenant and name = :name and digest = :digest")
                .bind("tenant", tenant).bind("name", name).bind("digest", digest).mapTo(Integer.class).findOne();
    }

    private Optional<String> lackOfRoom(Handle handle, String tenant, boolean isNew, int bytes) {
        long functions = handle.createQuery("select count(*) from function where tenant = :tenant and deleted_at is null").bind("tenant", tenant).mapTo(Long.class).one();
        if (isNew && functions >= settings.maxFunctions()) {
            return Optional.of("a tenant may have at most %d functions".formatted(settings.maxFunctions()));
        }
        long used = handle.createQuery("select coalesce(sum(length(body)), 0) from function_version where tenant = :tenant").bind("tenant", tenant).mapTo(Long.class).one();
        return used + bytes > settings.maxBytes()
                ? Optional.of("a tenant's functions may have at most %d MiB with all their versions; %d MiB are used".formatted(settings.maxBytes() >> 20, used >> 20))
                : Optional.empty();
    }

    private static void insert(Handle handle, String tenant, String name, int number, StoredDefinition definition, long now) {
        handle.createUpdate("""
                        insert into function_version (tenant, name, version, digest, form, runtime, description, body, created_at)
                        values (:tenant, :name, :version, :digest, :form, :runtime, :description, :body, :now)""")
                .bind("tenant", tenant).bind("name", name).bind("version", number).bind("digest", definition.digest()).bind("form", StoredDefinition.FORM)
                .bind("runtime", definition.runtime().orElse(null)).bind("description", definition.description().orElse(null))
                .bind("body", definition.body()).bind("now", now)
                .execute();
    }

    private void makeCurrent(Handle handle, String tenant, String name, int number, boolean isNew, long now) {
        handle.createUpdate("""
                        update function set current_version = :version, last_version = case when last_version < :version then :version else last_version end,
                        current_digest = (select digest from function_version where tenant = :tenant and name = :name and version = :version),
                        current_form = (select form from function_version where tenant = :tenant and name = :name and version = :version),
                        changed_at = :now, deleted_at = null, created_at = case when :new = 1 then :now else created_at end
                        where tenant = :tenant and name = :name""")
                .bind("version", number).bind("now", now).bind("new", isNew ? 1 : 0).bind("tenant", tenant).bind("name", name)
                .execute();
        applies(handle, tenant, name, body(handle, tenant, name, number).map(StoredDefinition::read));
    }

    /// What a definition says beside the program it runs is so from now on.
    private void applies(Handle handle, String tenant, String name, Optional<FunctionDefinition> definition) {
        OptionalInt concurrency = definition.isPresent() ? definition.get().concurrency() : OptionalInt.empty();
        handle.createUpdate("update function set concurrency = :most where tenant = :tenant and name = :name")
                .bind("most", concurrency.isPresent() ? (Integer) concurrency.getAsInt() : null).bind("tenant", tenant).bind("name", name).execute();
        listener.changed(handle, tenant, name, definition);
    }

    private static OptionalInt optionalInt(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private void prune(Handle handle, String tenant, String name) {
        handle.createUpdate("""
                        delete from function_version where tenant = :tenant and name = :name
                        and version <> (select current_version from function where tenant = :tenant and name = :name)
                        and version in (select version from function_version where tenant = :tenant and name = :name order by version desc limit 1000000 offset :most)""")
                .bind("tenant", tenant).bind("name", name).bind("most", settings.maxVersions())
                .execute();
    }

    Change rollBack(String tenant, String name, int version, Precondition precondition) throws StoreException, InterruptedException {
        return database.write(handle -> {
            Optional<Locked> before = lock(handle, tenant, name);
            Optional<StoredFunction> function = before.flatMap(Locked::current);
            if (function.isEmpty()) {
                return Change.of(Status.UNKNOWN_FUNCTION);
            }
            if (!precondition.holds(before.get().digest())) {
                return Change.of(Status.PRECONDITION_FAILED);
            }
            if (function.get().current().number() == version) {
                return Change.of(Status.UNCHANGED, function.get());
            }
            boolean exists = handle.createQuery("select 1 from function_version where tenant = :tenant and name = :name and version = :version")
                    .bind("tenant", tenant).bind("name", name).bind("version", version).mapTo(Integer.class).findOne().isPresent();
            if (!exists) {
                return Change.of(Status.UNKNOWN_VERSION);
            }
            makeCurrent(handle, tenant, name, version, false, System.currentTimeMillis());
            return Change.of(Status.CHANGED, find(handle, tenant, name).orElseThrow());
        });
    }

    /// With all versions; its number goes on should it come again while executions of it are still stored.
    Change delete(String tenant, String name, Precondition precondition) throws StoreException, InterruptedException {
        return database.write(handle -> {
            Optional<Locked> before = lock(handle, tenant, name);
            if (before.flatMap(Locked::current).isEmpty()) {
                return Change.of(Status.UNKNOWN_FUNCTION);
            }
            if (!precondition.holds(before.get().digest())) {
                return Change.of(Status.PRECONDITION_FAILED);
            }
            Instant now = Instant.now();
            handle.createUpdate("delete from function_version where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", name).execute();
            handle.createUpdate("update function set deleted_at = :now where tenant = :tenant and name = :name")
                    .bind("now", now.toEpochMilli()).bind("tenant", tenant).bind("name", name).execute();
            FunctionLinks.remove(handle, tenant, name);
            listener.changed(handle, tenant, name, Optional.empty());
            handle.createUpdate("delete from function where deleted_at < :then").bind("then", now.minus(settings.retention()).toEpochMilli()).execute();
            return Change.of(Status.DELETED);
        });
    }

    private static StoredFunction function(ResultSet row) throws SQLException {
        return new StoredFunction(row.getString("name"), version(row), Instant.ofEpochMilli(row.getLong("function_created_at")), Instant.ofEpochMilli(row.getLong("changed_at")));
    }

    private static FunctionVersion version(ResultSet row) throws SQLException {
        return new FunctionVersion(row.getInt("version"), row.getString("digest"), Optional.ofNullable(row.getString("runtime")),
                Optional.ofNullable(row.getString("description")), Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
