package dev.mayfly.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys let in whom they were made for, while they hold, and are of no use to who reads the file.
class AccessFileTest {
    @TempDir
    Path folder;

    private Path path;
    private AccessFile file;

    @BeforeEach
    void noKeysYet() {
        path = folder.resolve("deep/access.json");
        file = new AccessFile(path);
    }

    private String key() throws Exception {
        return file.create("acme", Set.of(Scope.EXECUTE), Optional.empty()).token();
    }

    @Test
    void keyIsItsTenantsWithItsScopes() throws Exception {
        String token = key();
        assertThat(file.verify(token)).hasValueSatisfying(key -> {
            assertThat(key.tenant()).isEqualTo("acme");
            assertThat(key.scopes()).containsExactly(Scope.EXECUTE);
        });
    }

    @Test
    void fileHoldsNoSecretAndIsItsOwnersAlone() throws Exception {
        String token = key();
        String secret = token.substring(token.lastIndexOf('_', token.length() - 44) + 1);
        assertThat(secret).hasSize(43);
        assertThat(Files.readString(path)).contains("acme").doesNotContain(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
    }

    @Test
    void wrongTokensLetNobodyIn() throws Exception {
        String token = key();
        char last = token.charAt(token.length() - 1) == 'A' ? 'B' : 'A';
        assertThat(List.of("", "mayfly_", token + "x", token.substring(1), token.substring(0, token.length() - 2) + last + last,
                token.replaceFirst("_[0-9a-f]{12}_", "_000000000000_"))).noneMatch(wrong -> file.verify(wrong).isPresent());
    }

    @Test
    void revokedKeyEndsAtOnceForWhoeverReadsTheFile() throws Exception {
        var reader = new AccessFile(path);
        String token = key();
        String other = key();
        assertThat(reader.verify(token)).isPresent();
        assertThat(file.revoke(reader.verify(token).orElseThrow().id())).isTrue();
        assertThat(reader.verify(token)).isEmpty();
        assertThat(reader.verify(other)).isPresent();
        assertThat(file.revoke("000000000000")).isFalse();
    }

    @Test
    void keyEndsWithItsLifetime() throws Exception {
        String dead = file.create("acme", Set.of(Scope.READ), Optional.of(Duration.ofSeconds(-1))).token();
        String alive = file.create("acme", Set.of(Scope.READ), Optional.of(Duration.ofHours(1))).token();
        assertThat(file.verify(dead)).isEmpty();
        assertThat(file.verify(alive)).isPresent();
    }

    @Test
    void quotaIsKept() throws Exception {
        var quota = new Quota(Optional.of(2.5), Optional.empty(), Optional.of(Duration.ofHours(2)));
        file.allow("acme", quota);
        assertThat(new AccessFile(path).content().tenants()).containsEntry("acme", quota);
    }

    @Test
    void brokenFileLetsNobodyInAndNobodyOut() throws Exception {
        String token = key();
        Files.writeString(path, "{\"keys\": [");
        assertThat(new AccessFile(path).verify(token)).isEmpty();
        assertThatThrownBy(this::key).isInstanceOf(IOException.class);
        assertThat(Files.readString(path)).isEqualTo("{\"keys\": [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "é", "new\nline"})
    void impossibleTenantIsRefused(String tenant) {
        assertThatThrownBy(() -> file.create(tenant, Set.of(Scope.EXECUTE), Optional.empty())).isInstanceOf(IllegalArgumentException.class);
        assertThat(file.exists()).isFalse();
    }
}
