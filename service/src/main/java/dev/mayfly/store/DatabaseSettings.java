package dev.mayfly.store;

/// Where the database is.
///
/// @param url `sqlite:/path/to/file` or `jdbc:postgresql://host:port/name`
/// @param user of PostgreSQL; empty where the URL contains it
/// @param password of that user
public record DatabaseSettings(String url, String user, String password) {
    private static final String SQLITE = "sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    public DatabaseSettings {
        if (!url.startsWith(SQLITE) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException("a database's URL is sqlite:FILE or jdbc:postgresql://HOST/NAME");
        }
    }

    public static DatabaseSettings sqlite(java.nio.file.Path file) {
        return new DatabaseSettings(SQLITE + file, "", "");
    }

    public DatabaseKind kind() {
        return url.startsWith(SQLITE) ? DatabaseKind.SQLITE : DatabaseKind.POSTGRESQL;
    }

    /// SQLite's file.
    String file() {
        return url.substring(SQLITE.length());
    }
}
