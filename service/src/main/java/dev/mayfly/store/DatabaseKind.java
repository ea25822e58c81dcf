package dev.mayfly.store;

import java.sql.Driver;
import java.util.Properties;

/// What the two databases do differently.
public enum DatabaseKind {
    /// One file, one machine. `synchronous=FULL`: a commit is on the disk when it returns.
    SQLITE(org.sqlite.JDBC.class, "", "", "select (page_count - freelist_count) * page_size from pragma_page_count, pragma_freelist_count, pragma_page_size"),
    POSTGRESQL(org.postgresql.Driver.class, "for update skip locked", "for update", "select pg_database_size(current_database())");

    private static final String BUSY_MILLIS = "10000";

    private final Class<? extends Driver> driver;
    private final String skipLocked;
    private final String lock;
    private final String sizeQuery;

    DatabaseKind(Class<? extends Driver> driver, String skipLocked, String lock, String sizeQuery) {
        this.driver = driver;
        this.skipLocked = skipLocked;
        this.lock = lock;
        this.sizeQuery = sizeQuery;
    }

    /// Ends a select of rows that another replica may be taking in this moment; SQLite has one writer at a time anyway.
    public String skipLocked() {
        return skipLocked;
    }

    /// The same of one of several tables.
    public String skipLocked(String table) {
        return skipLocked.isEmpty() ? "" : "for update of %s skip locked".formatted(table);
    }

    /// Ends a select of a row that must stay as it is until the end of the transaction.
    public String lock() {
        return lock;
    }

    Class<? extends Driver> driver() {
        return driver;
    }

    String sizeQuery() {
        return sizeQuery;
    }

    String jdbcUrl(DatabaseSettings settings) {
        return this == SQLITE ? "jdbc:" + settings.url() : settings.url();
    }

    Properties connectionProperties() {
        var properties = new Properties();
        switch (this) {
            case SQLITE -> {
                properties.setProperty("journal_mode", "WAL");
                properties.setProperty("synchronous", "FULL");
                properties.setProperty("foreign_keys", "true");
                properties.setProperty("busy_timeout", BUSY_MILLIS);
                properties.setProperty("transaction_mode", "IMMEDIATE");
            }
            case POSTGRESQL -> {
                properties.setProperty("ApplicationName", "mayfly");
                properties.setProperty("tcpKeepAlive", "true");
                properties.setProperty("connectTimeout", "5");
                properties.setProperty("socketTimeout", "30");
                properties.setProperty("reWriteBatchedInserts", "true");
                // A replica that pauses within a transaction holds nobody up for long
                properties.setProperty("options", "-c lock_timeout=5s -c idle_in_transaction_session_timeout=5s -c statement_timeout=20s");
            }
        }
        return properties;
    }
}
