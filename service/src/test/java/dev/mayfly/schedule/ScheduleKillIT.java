package dev.mayfly.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.ScheduleKills;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsPostgres;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each due time has one execution, whatever dies meanwhile. `loadtest/schedules` is the same with more of them.
@NeedsDocker
@NeedsPostgres
class ScheduleKillIT {
    @ParameterizedTest
    @CsvSource("OFTEN, 20, 2, 4, 25")
    void eachDueTimeHasOneExecutionThoughReplicasDie(ScheduleKills.Due due, int schedules, int replicas, int kills, int seconds) throws Exception {
        try (var run = new ScheduleKills(new ScheduleKills.Plan(due, schedules, replicas, kills, seconds, 7))) {
            ScheduleKills.Report report = run.run();
            System.out.println(report.table());
            assertThat(report.missed()).isEmpty();
            assertThat(report.twice()).isZero();
            assertThat(report.wrong()).isZero();
            assertThat(report.due()).isGreaterThanOrEqualTo(schedules);
        }
    }
}
