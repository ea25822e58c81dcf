package dev.mayfly.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a tenant stores comes back to its own programs only, and stands in the store as nobody can read it; on each
/// database.
abstract class SecretContract {
    private static final String OLD_KEY = Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(UTF_8));
    private static final String NEW_KEY = Base64.getEncoder().encodeToString("fedcba9876543210fedcba9876543210".getBytes(UTF_8));

    private final String tenant = ExecutionId.next();
    private Database database;
    private Secrets secrets;

    /// An empty database, or one that earlier tests have left: each test has a tenant of its own.
    abstract DatabaseSettings settings() throws Exception;

    @BeforeEach
    void start() throws Exception {
        database = Database.open(settings());
        secrets = open(OLD_KEY);
    }

    @AfterEach
    void stop() throws Exception {
        database.write(handle -> handle.execute("delete from secret"));
        database.close();
    }

    private Secrets open(String... keys) throws Exception {
        return Secrets.open(database, SecretKeys.of(List.of(keys)));
    }

    private record Stored(String keyId, byte[] sealed) {}

    private Stored stored(String name) throws Exception {
        return database.read(handle -> handle.createQuery("select key_id, sealed from secret where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", name)
                .map((row, context) -> new Stored(row.getString(1), row.getBytes(2))).one());
    }

    private static void isRefused(Secrets of, String tenant, String name, RejectedException.Kind kind) {
        assertThatThrownBy(() -> of.values(tenant, Set.of(name))).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static void isMissing(Secrets of, String tenant, String name) {
        isRefused(of, tenant, name, RejectedException.Kind.MISSING_SECRET);
    }

    @Test
    void valueComesBackToItsTenantOnly() throws Exception {
        assertThat(secrets.put(tenant, "TOKEN", "épée")).isTrue();
        assertThat(secrets.put(tenant, "TOKEN", "other")).isFalse();
        secrets.put(tenant, "SECOND", "x");
        assertThat(secrets.values(tenant, Set.of("TOKEN", "SECOND"))).isEqualTo(Map.of("TOKEN", "other", "SECOND", "x"));
        assertThat(secrets.list(tenant).stream().map(SecretInfo::name)).containsExactly("SECOND", "TOKEN");
        assertThat(secrets.list(tenant + "x")).isEmpty();
        isMissing(secrets, tenant + "x", "TOKEN");
        assertThat(secrets.delete(tenant + "x", "TOKEN")).isFalse();
        assertThat(secrets.delete(tenant, "TOKEN")).isTrue();
        isMissing(secrets, tenant, "TOKEN");
    }

    @Test
    void storeHoldsNothingThatSaysIt() throws Exception {
        secrets.put(tenant, "A", "the same value");
        secrets.put(tenant, "B", "the same value");
        assertThat(new String(stored("A").sealed(), UTF_8)).doesNotContain("same");
        assertThat(stored("A").sealed()).isNotEqualTo(stored("B").sealed());
    }

    @Test
    void rowOfAnotherOrAChangedOneDoesNotOpen() throws Exception {
        secrets.put(tenant, "A", "one");
        secrets.put(tenant, "B", "two");
        Stored other = stored("B");
        replace("A", other.sealed());
        isRefused(secrets, tenant, "A", RejectedException.Kind.SECRETS_UNAVAILABLE);
        byte[] changed = other.sealed().clone();
        changed[changed.length - 1] ^= 1;
        replace("B", changed);
        isRefused(secrets, tenant, "B", RejectedException.Kind.SECRETS_UNAVAILABLE);
        // nor does it keep a new key, and all others, from being used
        secrets.put(tenant, "C", "three");
        assertThat(open(NEW_KEY, OLD_KEY).values(tenant, Set.of("C"))).containsEntry("C", "three");
    }

    private void replace(String name, byte[] sealed) throws Exception {
        database.write(handle -> handle.createUpdate("update secret set sealed = :sealed where tenant = :tenant and name = :name")
                .bind("sealed", sealed).bind("tenant", tenant).bind("name", name).execute());
    }

    @Test
    void newKeySealsWhatAnEarlierOneHas() throws Exception {
        secrets.put(tenant, "TOKEN", "kept");
        String before = stored("TOKEN").keyId();
        // without the key nothing is lost, and nothing is given
        Secrets lost = open(NEW_KEY);
        isRefused(lost, tenant, "TOKEN", RejectedException.Kind.SECRETS_UNAVAILABLE);
        assertThat(stored("TOKEN").keyId()).isEqualTo(before);
        // with both it goes over
        assertThat(open(NEW_KEY, OLD_KEY).values(tenant, Set.of("TOKEN"))).containsEntry("TOKEN", "kept");
        assertThat(stored("TOKEN").keyId()).isNotEqualTo(before);
        assertThat(open(NEW_KEY).values(tenant, Set.of("TOKEN"))).containsEntry("TOKEN", "kept");
        isRefused(secrets, tenant, "TOKEN", RejectedException.Kind.SECRETS_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b"})
    void whatNoVariableCanBeIsRefused(String value) {
        assertThatThrownBy(() -> secrets.put(tenant, "TOKEN", value)).isInstanceOf(RejectedException.class);
    }

    @Test
    void sizeIsBounded() throws Exception {
        assertThatThrownBy(() -> secrets.put(tenant, "TOKEN", "é".repeat(8193))).hasMessageContaining("16384 bytes");
        assertThat(secrets.put(tenant, "TOKEN", "é".repeat(8192))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "MDEyMzQ1Njc4OWFiY2RlZg==", "!!!!"})
    void keyMustBeOne(String key) {
        assertThatThrownBy(() -> SecretKeys.of(List.of(key))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("32 bytes").hasNoCause();
    }
}
