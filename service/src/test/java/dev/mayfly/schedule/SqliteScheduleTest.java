package dev.mayfly.schedule;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.SqliteStores;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteScheduleTest extends ScheduleContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() throws IOException {
        return SqliteStores.at(folder.resolve("schedules.db"));
    }
}
