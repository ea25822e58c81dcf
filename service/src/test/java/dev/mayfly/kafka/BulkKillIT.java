package dev.mayfly.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.KillRun;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsKafka;
import org.junit.jupiter.api.Test;

/// Every id has exactly one result, and the right one, whatever dies meanwhile. `loadtest/bulk-kills` is the same with
/// more submissions.
@NeedsDocker
@NeedsKafka
class BulkKillIT {
    @Test
    void everyIdHasOneRightResultThoughThingsDie() throws Exception {
        try (var run = new KillRun(new KillRun.Plan(120, 3, 2, 42))) {
            KillRun.Report report = run.run();
            System.out.println(report.table());
            assertThat(report.notOne()).isEmpty();
            assertThat(report.wrong()).isEmpty();
            assertThat(report.deadLetters()).isZero();
            assertThat(report.workerKills() + report.brokerRestarts() + report.engineOutages()).isEqualTo(6);
        }
    }
}
