package dev.mayfly.failure;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.NeedsPostgres;
import dev.mayfly.testing.PostgresCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// On PostgreSQL.
@NeedsPostgres
class PostgresFailureIT extends FailureContract {
    private static PostgresCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = new PostgresCluster();
    }

    @AfterAll
    static void stopCluster() throws Exception {
        cluster.close();
    }

    @Override
    DatabaseSettings settings() {
        return new DatabaseSettings(cluster.url(), "", "");
    }
}
