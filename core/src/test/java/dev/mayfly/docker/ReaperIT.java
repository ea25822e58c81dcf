package dev.mayfly.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sandboxes of dead owners go, sandboxes of living ones stay, and where an owner's life cannot be judged the deadline
/// decides.
@NeedsDocker
class ReaperIT {
    @Test
    void sandboxesOfTheDeadGoAndThoseOfTheLivingStay() throws Exception {
        Path locks = Files.createTempDirectory(Path.of("target"), "locks");
        var settings = new DockerSettings(DockerSettings.defaults().host(), Duration.ofSeconds(20), Duration.ofSeconds(20), "test-reaper");
        var dying = new InstanceLock(locks);
        try (var living = new InstanceLock(locks);
                var itsEngine = new DockerEngine(settings, living);
                var deadEngine = new DockerEngine(settings, dying);
                var observer = new InstanceLock(locks);
                var reaper = new DockerEngine(settings, observer)) {
            var runtime = TestEngine.runtime("bash");
            var spec = runtime.spec(itsEngine.imageId(runtime.image()).orElseThrow());
            Sandbox stays = itsEngine.create(spec);
            Sandbox goes = deadEngine.create(spec);
            assertThat(reaper.reap()).isZero();
            // when one owner's lock is free, as after kill -9
            dying.close();
            // then its sandbox is taken, and only that
            assertThat(reaper.reap()).isEqualTo(1);
            assertThat(DockerCommand.containers("dev.mayfly.service=test-reaper")).hasSize(1);
            assertThat(stays.isAlive()).isTrue();
            await().until(() -> !goes.isAlive());
            stays.close();
            goes.close();
        }
        assertThat(DockerCommand.containers("dev.mayfly.service=test-reaper")).isEmpty();
    }

    @Test
    void sandboxThatWasMadeAfterItsCallerGaveUpIsFound() throws Exception {
        var settings = new DockerSettings(DockerSettings.defaults().host(), Duration.ofSeconds(1), Duration.ofSeconds(20), "test-lost");
        try (var instance = new InstanceLock(Files.createTempDirectory(Path.of("target"), "locks")); var engine = new DockerEngine(settings, instance)) {
            // given a container with our labels which the engine never reported to us
            DockerCommand.docker("create", "--label", "dev.mayfly.service=test-lost", "--label", "dev.mayfly.instance=" + instance.id(),
                    "--label", "dev.mayfly.lock-folder=" + instance.folderId(), "mayfly/bash:5.2", "true");
            assertThat(DockerCommand.containers("dev.mayfly.service=test-lost")).hasSize(1);
            // then it is reaped once nobody can be waiting for it any more
            await().until(() -> engine.reap() == 1);
        }
        assertThat(DockerCommand.containers("dev.mayfly.service=test-lost")).isEmpty();
    }

    @Test
    void lockFileOfTheDeadIsSweptUp() throws Exception {
        Path locks = Files.createTempDirectory(Path.of("target"), "locks");
        Path left = Files.createFile(locks.resolve("killed.lock"));
        try (var living = new InstanceLock(locks)) {
            assertThat(left).doesNotExist();
            assertThat(locks.resolve(living.id() + ".lock")).exists();
        }
    }

    @Test
    void ownerOutOfSightIsJudgedByTheDeadline() throws Exception {
        try (var ours = new InstanceLock(Files.createTempDirectory(Path.of("target"), "locks"));
                var theirs = new InstanceLock(Files.createTempDirectory(Path.of("target"), "locks"))) {
            var spec = TestEngine.runtime("bash").spec("sha256:x");
            Instant born = Instant.parse("2030-01-01T00:00:00Z");
            Map<String, String> labels = ContainerLabels.of("service", theirs, spec, born);
            assertThat(ContainerLabels.isOrphan(labels, ours, born.plus(Duration.ofHours(2)))).isFalse();
            assertThat(ContainerLabels.isOrphan(labels, ours, born.plus(Duration.ofHours(4)))).isTrue();
        }
    }
}
