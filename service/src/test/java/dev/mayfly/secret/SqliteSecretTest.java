package dev.mayfly.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.SqliteStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteSecretTest extends SecretContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() throws IOException {
        return SqliteStores.at(folder.resolve("secrets.db"));
    }

    @Test
    void missingFileIsMadeForItsOwnerAlone() throws Exception {
        Path file = folder.resolve("new/secrets.keys");
        SecretKeys keys = SecretKeys.ofFile(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(SecretKeys.ofFile(file).open(keys.seal("value", "a"), "a")).contains("value");
        assertThat(file.getParent()).isDirectoryContaining(each -> each.equals(file)).isDirectoryNotContaining(each -> !each.equals(file));
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> SecretKeys.ofFile(file)).isInstanceOf(IOException.class).hasMessageContaining("is empty");
    }
}
