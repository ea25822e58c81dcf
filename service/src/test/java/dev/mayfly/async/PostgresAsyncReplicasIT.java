package dev.mayfly.async;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.ClusterOfClass;
import dev.mayfly.testing.NeedsPostgres;
import org.junit.jupiter.api.extension.RegisterExtension;

/// On PostgreSQL.
@NeedsPostgres
class PostgresAsyncReplicasIT extends AsyncReplicasContract {
    @RegisterExtension
    static final ClusterOfClass POSTGRES = new ClusterOfClass();

    @Override
    DatabaseSettings settings() {
        return POSTGRES.settings();
    }
}
