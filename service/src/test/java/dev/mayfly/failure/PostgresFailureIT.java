package dev.mayfly.failure;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.ClusterOfClass;
import dev.mayfly.testing.NeedsPostgres;
import org.junit.jupiter.api.extension.RegisterExtension;

/// On PostgreSQL.
@NeedsPostgres
class PostgresFailureIT extends FailureContract {
    @RegisterExtension
    static final ClusterOfClass POSTGRES = new ClusterOfClass();

    @Override
    DatabaseSettings settings() {
        return POSTGRES.settings();
    }
}
