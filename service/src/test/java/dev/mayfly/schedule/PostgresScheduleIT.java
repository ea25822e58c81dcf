package dev.mayfly.schedule;

import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.ClusterOfClass;
import dev.mayfly.testing.NeedsPostgres;
import org.junit.jupiter.api.extension.RegisterExtension;

/// On PostgreSQL.
@NeedsPostgres
class PostgresScheduleIT extends ScheduleContract {
    @RegisterExtension
    static final ClusterOfClass POSTGRES = new ClusterOfClass();

    @Override
    DatabaseSettings settings() {
        return POSTGRES.settings();
    }
}
