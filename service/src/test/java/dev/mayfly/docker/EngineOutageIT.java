package dev.mayfly.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.pool.Borrower;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.NoSandboxException;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.testing.EngineCable;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that goes away is reported immediately and found again without a restart, and what it left is reaped.
@NeedsDocker
class EngineOutageIT {
    @TempDir
    Path folder;

    @Test
    void engineThatGoesAwayIsReportedAndFoundAgain() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (var cable = new EngineCable(socket);
                var engine = TestEngine.docker(EngineOutageIT.class, URI.create("unix://" + socket));
                var pool = new WarmPool(engine.engine(), new PoolSettings(4, 1L << 40, 8, 2, Duration.ofMinutes(5)))) {
            // given a pool with a warm sandbox
            var spec = engine.spec("python");
            pool.keep(spec, new WarmBounds(1, 1));
            await().until(() -> pool.stats().ready() == 1);
            // when the engine goes away
            cable.pullOut();
            await().until(() -> pool.stats().engineDown());
            assertThatThrownBy(() -> pool.lease(spec, new Borrower(Lane.INTERACTIVE, "tenant"), Duration.ofSeconds(5))).isInstanceOfSatisfying(
                    NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.ENGINE_DOWN));
            // then it is found again by itself
            cable.plugIn();
            await().atMost(Duration.ofSeconds(20)).until(() -> !pool.stats().engineDown() && pool.stats().ready() == 1);
            try (var lease = pool.lease(spec, new Borrower(Lane.INTERACTIVE, "tenant"), Duration.ofSeconds(5))) {
                var program = TestEngine.program("python", "print(1)");
                assertThat(lease.sandbox().run(program, chunk -> {}).stdoutBytes()).isEqualTo(2);
            }
            pool.close();
            // and the sandbox whose destruction the outage prevented ended with its connection
            await().until(() -> engine.containers().isEmpty());
        }
    }
}
