package dev.mayfly.testing;

import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Empty SQLite stores: copies of one that is migrated once for all tests of a JVM.
public final class SqliteStores {
    private static final byte[] MIGRATED = migrated();

    private SqliteStores() {}

    private static byte[] migrated() {
        try {
            Path folder = Files.createTempDirectory("mayfly-store-");
            Path file = folder.resolve("migrated.db");
            Database.open(DatabaseSettings.sqlite(file)).close();
            byte[] content = Files.readAllBytes(file);
            try (var left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(folder);
            return content;
        } catch (IOException | StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The store in that file, which is made where it is not there yet.
    public static DatabaseSettings at(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.write(file, MIGRATED);
        }
        return DatabaseSettings.sqlite(file);
    }
}
