package dev.mayfly.failure;

import dev.mayfly.store.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteFailureTest extends FailureContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.sqlite(folder.resolve("failures.db"));
    }
}
