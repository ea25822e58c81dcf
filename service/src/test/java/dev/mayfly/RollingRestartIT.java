package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.RollingRestart;
import dev.mayfly.testing.NeedsPostgres;
import dev.mayfly.testing.NeedsProxy;
import dev.mayfly.testing.NeedsRoot;
import org.junit.jupiter.api.Test;

/// Replicas behind the proxy that is shipped serve while they change; `loadtest/rolling-restart` does more of it.
@NeedsRoot
@NeedsPostgres
@NeedsProxy
class RollingRestartIT {
    @Test
    void noRequestFailsWhileEachReplicaIsRestarted() throws Exception {
        try (var run = new RollingRestart(new RollingRestart.Plan(200, 2, 1))) {
            RollingRestart.Report report = run.run();
            assertThat(report.failed()).isEmpty();
            assertThat(report.twice()).isEmpty();
            assertThat(report.requests()).containsKeys("plain", "SSE", "WebSocket", "asynchronous");
        }
    }
}
