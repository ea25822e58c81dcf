package dev.mayfly.async;

import dev.mayfly.store.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteAsyncTest extends AsyncContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.sqlite(folder.resolve("jobs.db"));
    }
}
