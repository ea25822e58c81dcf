package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.load.RollingRestart;
import dev.mayfly.testing.EarlierRelease;
import dev.mayfly.testing.NeedsPostgres;
import dev.mayfly.testing.NeedsProxy;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Replicas behind the proxy that is shipped serve while they change; `loadtest/rolling-restart` does more of it.
@NeedsRoot
@NeedsPostgres
@NeedsProxy
@TakesLong
class RollingRestartIT {
    /// Longer than the usual 3 s, for a machine that may be slow.
    private static final Duration DELAY = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noRequestFailsWhileEachReplicaIsRestarted() throws Exception {
        assertNoneFails(Optional.empty());
    }

    @Test
    @Timeout(value = 25, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noRequestFailsWhileEachReplicaIsUpgraded() throws Exception {
        Optional<Path> earlier = EarlierRelease.BEFORE_FUNCTIONS.build(folder);
        assertThat(earlier).as("the history has the earlier release").isPresent();
        assertNoneFails(earlier);
    }

    private static void assertNoneFails(Optional<Path> earlier) throws Exception {
        try (var run = new RollingRestart(new RollingRestart.Plan(200, 2, 1, DELAY, earlier))) {
            RollingRestart.Report report = run.run();
            assertThat(report.failed()).isEmpty();
            assertThat(report.twice()).isEmpty();
            assertThat(report.requests()).containsKeys("plain", "SSE", "WebSocket", "asynchronous");
        }
    }
}
