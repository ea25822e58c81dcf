package dev.mayfly.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.AsyncKills;
import dev.mayfly.testing.NeedsDocker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each accepted execution has one outcome, and the right one, whatever dies meanwhile. `loadtest/async-kills` is the
/// same with more of them.
@NeedsDocker
class AsyncKillIT {
    @ParameterizedTest
    @CsvSource({"60, 1, 2, 0", "80, 2, 2, 2", "80, 3, 3, 1"})
    void everyAcceptedExecutionHasOneRightOutcomeThoughThingsDie(int executions, int replicas, int kills, int databaseRestarts) throws Exception {
        try (var run = new AsyncKills(new AsyncKills.Plan(executions, replicas, kills, databaseRestarts, 42))) {
            AsyncKills.Report report = run.run();
            System.out.println(report.table());
            assertThat(report.accepted()).isEqualTo(executions);
            assertThat(report.twice()).isZero();
            assertThat(report.unknown()).isEmpty();
            assertThat(report.wrong()).isEmpty();
            assertThat(report.streams()).isEmpty();
        }
    }
}
