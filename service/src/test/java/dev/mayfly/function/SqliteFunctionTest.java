package dev.mayfly.function;

import dev.mayfly.store.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On SQLite.
class SqliteFunctionTest extends FunctionContract {
    @TempDir
    Path folder;

    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.sqlite(folder.resolve("functions.db"));
    }
}
