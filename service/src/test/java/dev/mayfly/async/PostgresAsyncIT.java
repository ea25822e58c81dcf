package dev.mayfly.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.ClusterOfClass;
import dev.mayfly.testing.FakeService;
import dev.mayfly.testing.NeedsPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// On PostgreSQL, also when it goes away meanwhile.
@NeedsPostgres
class PostgresAsyncIT extends AsyncContract {
    @RegisterExtension
    static final ClusterOfClass POSTGRES = new ClusterOfClass();

    @Override
    DatabaseSettings settings() {
        return POSTGRES.settings();
    }

    @Test
    void restartOfTheDatabaseLosesNothingAndRepeatsNothing() throws Exception {
        try (var service = new FakeService(Quotas.none());
                var executions = AsyncExecutions.open(database, (handle, ended) -> {}, service.dispatcher(), new HeapBudget(Duration.ofSeconds(20)),
                        AsyncSettingsBuilder.builder(SETTINGS).replica("restart").replicaTimeout(Duration.ofSeconds(5)).build())) {
            // given programs that run and wait while the database is killed
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ids.add(executions.accept(request("restart", "count 200", ""), Optional.empty()).id());
            }
            POSTGRES.cluster().kill();
            Thread.sleep(500);
            POSTGRES.cluster().start();
            // then each ends, with all of its output
            for (String id : ids) {
                assertThat(executions.awaitEnd("restart", id, Duration.ofSeconds(30)).orElseThrow().outcome()).contains("exited");
                assertThat(executions.result("restart", id).orElseThrow().stdout()).endsWith("199\n200\n").hasLineCount(200);
            }
        }
    }
}
