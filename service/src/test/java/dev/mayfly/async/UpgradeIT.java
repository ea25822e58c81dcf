package dev.mayfly.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.Upgrade;
import dev.mayfly.testing.NeedsPostgres;
import dev.mayfly.testing.TakesLong;
import org.junit.jupiter.api.Test;

/// Nothing accepted is lost or doubled while replicas are upgraded and downgraded on one PostgreSQL.
/// `loadtest/upgrade` is the same with more executions.
@NeedsPostgres
@TakesLong
class UpgradeIT {
    @Test
    void rollingUpAndDownLosesNothingAndDoublesNothing() throws Exception {
        try (var upgrade = new Upgrade(180)) {
            Upgrade.Report report = upgrade.run();
            System.out.println(report.table());
            assertThat(report.accepted()).isEqualTo(180);
            assertThat(report.finished()).isEqualTo(180);
            assertThat(report.outcomes()).isEqualTo(180);
            assertThat(report.wrong()).isEmpty();
        }
    }
}
