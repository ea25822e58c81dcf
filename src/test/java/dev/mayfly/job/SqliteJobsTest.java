package dev.mayfly.job;

import dev.mayfly.store.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteJobsTest extends JobsContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.sqlite(folder.resolve("jobs.db"));
    }
}
