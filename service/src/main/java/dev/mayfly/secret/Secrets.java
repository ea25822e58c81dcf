package dev.mayfly.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The secrets of all tenants. Thread-safe.
public final class Secrets {
    private static final System.Logger LOG = System.getLogger(Secrets.class.getName());
    private static final int MOST = 1000;
    private static final int MOST_BYTES = 16_384;

    private final Database database;
    private final SecretKeys keys;

    private Secrets(Database database, SecretKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /// Seals with the first key what an earlier one has sealed.
    public static Secrets open(Database database, SecretKeys keys) throws StoreException, InterruptedException {
        var secrets = new Secrets(database, keys);
        secrets.sealAgain();
        return secrets;
    }

    private record Row(String tenant, String name, SecretKeys.Sealed sealed) {
        String about() {
            return about(tenant, name);
        }

        static String about(String tenant, String name) {
            return tenant + "\n" + name;
        }
    }

    private void sealAgain() throws StoreException, InterruptedException {
        List<Row> rows = database.read(handle -> handle.createQuery("select tenant, name, key_id, sealed from secret")
                .map((row, context) -> new Row(row.getString(1), row.getString(2), new SecretKeys.Sealed(row.getString(3), row.getBytes(4))))
                .list());
        int again = 0;
        int unreadable = 0;
        for (Row row : rows) {
            Optional<String> value = keys.open(row.sealed(), row.about());
            if (value.isEmpty()) {
                unreadable++;
            } else if (!keys.isFirst(row.sealed().keyId())) {
                again += replace(row, keys.seal(value.get(), row.about()));
            }
        }
        if (unreadable > 0) {
            LOG.log(Level.WARNING, "{0} secrets were sealed with a key that is not among mayfly.secrets.keys, or were changed in the store; functions that need them are refused", unreadable);
        }
        if (again > 0) {
            LOG.log(Level.INFO, "{0} secrets are sealed with the first key now", again);
        }
    }

    /// Unless it has another value by now.
    private int replace(Row row, SecretKeys.Sealed sealed) throws StoreException, InterruptedException {
        return database.write(handle -> handle.createUpdate(
                        "update secret set key_id = :key, sealed = :sealed where tenant = :tenant and name = :name and sealed = :earlier")
                .bind("key", sealed.keyId()).bind("sealed", sealed.bytes()).bind("tenant", row.tenant()).bind("name", row.name()).bind("earlier", row.sealed().bytes())
                .execute());
    }

    /// Whether it is new.
    ///
    /// @throws RejectedException it is too large, or there are too many
    public boolean put(String tenant, String name, String value) throws RejectedException, StoreException, InterruptedException {
        if (value.isEmpty() || value.indexOf('\0') >= 0 || value.getBytes(UTF_8).length > MOST_BYTES) {
            throw RejectedException.invalid("value", "value must have 1 to %d bytes, and no NUL".formatted(MOST_BYTES));
        }
        SecretKeys.Sealed sealed = keys.seal(value, Row.about(tenant, name));
        Optional<Boolean> isNew = database.write(handle -> {
            long now = System.currentTimeMillis();
            int changed = handle.createUpdate("update secret set key_id = :key, sealed = :sealed, changed_at = :now where tenant = :tenant and name = :name")
                    .bind("key", sealed.keyId()).bind("sealed", sealed.bytes()).bind("now", now).bind("tenant", tenant).bind("name", name).execute();
            if (changed == 1) {
                return Optional.of(false);
            }
            int others = handle.createQuery("select count(*) from secret where tenant = :tenant").bind("tenant", tenant).mapTo(Integer.class).one();
            if (others >= MOST) {
                return Optional.empty();
            }
            handle.createUpdate("""
                            insert into secret (tenant, name, key_id, sealed, created_at, changed_at) values (:tenant, :name, :key, :sealed, :now, :now)
                            on conflict (tenant, name) do update set key_id = :key, sealed = :sealed, changed_at = :now""")
                    .bind("tenant", tenant).bind("name", name).bind("key", sealed.keyId()).bind("sealed", sealed.bytes()).bind("now", now).execute();
            return Optional.of(true);
        });
        return isNew.orElseThrow(() -> RejectedException.invalid("name", "a tenant may have at most %d secrets".formatted(MOST)));
    }

    /// In the order of their names.
    public List<SecretInfo> list(String tenant) throws StoreException {
        return database.read(handle -> handle.createQuery("select name, created_at, changed_at from secret where tenant = :tenant order by name")
                .bind("tenant", tenant)
                .map((row, context) -> new SecretInfo(row.getString(1), Instant.ofEpochMilli(row.getLong(2)), Instant.ofEpochMilli(row.getLong(3))))
                .list());
    }

    public boolean delete(String tenant, String name) throws StoreException, InterruptedException {
        return database.write(handle -> handle.createUpdate("delete from secret where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", name).execute()) == 1;
    }

    /// For the program that is about to run.
    Map<String, String> values(String tenant, Set<String> names) throws RejectedException, StoreException {
        Map<String, String> values = new HashMap<>();
        for (String name : names) {
            Optional<SecretKeys.Sealed> sealed = database.read(handle -> handle.createQuery("select key_id, sealed from secret where tenant = :tenant and name = :name")
                    .bind("tenant", tenant).bind("name", name)
                    .map((row, context) -> new SecretKeys.Sealed(row.getString(1), row.getBytes(2)))
                    .findOne());
            if (sealed.isEmpty()) {
                throw RejectedException.because(Kind.MISSING_SECRET, "secrets", "the function needs the secret %s, which does not exist".formatted(name));
            }
            values.put(name, keys.open(sealed.get(), Row.about(tenant, name)).orElseThrow(() -> RejectedException.because(
                    Kind.SECRETS_UNAVAILABLE, "secrets", "the secret %s was sealed with a key that this service does not have, or was changed in the store".formatted(name))));
        }
        return values;
    }
}
