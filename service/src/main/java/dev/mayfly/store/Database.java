package dev.mayfly.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;

/// One database, migrated to this version's schema. Thread-safe.
public final class Database implements AutoCloseable {
    private static final int READERS = 5;
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(20);
    private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(5);
    private static final SqlParser PARSER = new ColonPrefixSqlParser(); // which remembers what it has parsed

    private final DatabaseSettings settings;
    private final AgroalDataSource reading;
    private final AgroalDataSource writing;
    private final Jdbi jdbi;
    private final GroupCommit writer;

    private Database(DatabaseSettings settings, AgroalDataSource reading, AgroalDataSource writing) {
        this.settings = settings;
        this.reading = reading;
        this.writing = writing;
        jdbi = jdbi(reading);
        writer = new GroupCommit(jdbi(writing));
    }

    private static Jdbi jdbi(AgroalDataSource connections) {
        return Jdbi.create(connections).configure(SqlStatements.class, statements -> statements.setSqlParser(PARSER));
    }

    /// @throws StoreException it is away, or of a newer version
    public static Database open(DatabaseSettings settings) throws StoreException {
        try {
            if (settings.kind() == DatabaseKind.SQLITE) {
                makeFile(Path.of(settings.file()).toAbsolutePath());
            }
            AgroalDataSource reading = AgroalDataSource.from(configuration(settings, READERS));
            boolean migrated = false;
            try {
                Flyway.configure(Database.class.getClassLoader()).dataSource(reading).locations("classpath:db/migration").load().migrate();
                AgroalDataSource writing = AgroalDataSource.from(configuration(settings, 1));
                migrated = true;
                return new Database(settings, reading, writing);
            } finally {
                if (!migrated) {
                    reading.close();
                }
            }
        } catch (SQLException | IOException | FlywayException e) {
            throw new StoreException("the store %s cannot be opened: %s".formatted(settings.url(), e.getMessage()), e);
        }
    }

    /// For its owner's eyes only, which SQLite's other files take over from it.
    private static void makeFile(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            return; // of an earlier start
        }
    }

    private static AgroalDataSourceConfigurationSupplier configuration(DatabaseSettings settings, int connections) {
        return new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> {
            pool.initialSize(connections)
                    .minSize(connections) // as many as there may be, so that open files do not grow with the load
                    .maxSize(connections)
                    .acquisitionTimeout(CONNECTION_PATIENCE)
                    .connectionFactoryConfiguration(connection -> {
                        connection.connectionProviderClass(settings.kind().driver()).jdbcUrl(settings.kind().jdbcUrl(settings));
                        settings.kind().connectionProperties().forEach((name, value) -> connection.jdbcProperty((String) name, (String) value));
                        if (!settings.user().isEmpty()) {
                            connection.principal(new NamePrincipal(settings.user())).credential(new SimplePassword(settings.password()));
                        }
                        return connection;
                    });
            return settings.kind() == DatabaseKind.POSTGRESQL ? pool.exceptionSorter(new PostgreSQLExceptionSorter()) : pool;
        });
    }

    public DatabaseKind kind() {
        return settings.kind();
    }

    /// Once more on another connection when the first one was of before the database's restart.
    public <T> T read(Work<T> work) throws StoreException {
        try {
            try {
                return jdbi.withHandle(work::on);
            } catch (JdbiException e) {
                if (!isLost(e)) {
                    throw e;
                }
                reading.flush(AgroalDataSource.FlushMode.IDLE);
                return jdbi.withHandle(work::on);
            }
        } catch (JdbiException e) {
            throw failed(e);
        }
    }

    /// https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, and 57P01 to 57P03
    private static boolean isLost(JdbiException e) {
        return e.getCause() instanceof SQLException cause && cause.getSQLState() != null && cause.getSQLState().matches("08...|57P0[123]");
    }

    /// Returns when it is on the disk.
    ///
    /// @throws StoreException it failed, or is still to come: what takes too long is not waited for
    public <T> T write(Work<T> work) throws StoreException, InterruptedException {
        try {
            return writer.submit(work).get(WRITE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw failed(e);
        }
    }

    private static StoreException failed(Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return new StoreException("the store failed: " + String.valueOf(root.getMessage()).lines().findFirst().orElse(""), cause);
    }

    /// What is in use of it; what is free within its file is not.
    public long sizeBytes() throws StoreException {
        return read(handle -> handle.createQuery(settings.kind().sizeQuery()).mapTo(Long.class).one());
    }

    /// What its disk has left, and what is free within its file; where that is known.
    public Optional<Long> freeBytes() throws StoreException {
        if (settings.kind() != DatabaseKind.SQLITE) {
            return Optional.empty();
        }
        long within = read(handle -> handle.createQuery("select freelist_count * page_size from pragma_freelist_count, pragma_page_size").mapTo(Long.class).one());
        try {
            FileStore disk = Files.getFileStore(Path.of(settings.file()).toAbsolutePath().getParent());
            return Optional.of(within + disk.getUsableSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writing.close();
        reading.close();
    }
}
