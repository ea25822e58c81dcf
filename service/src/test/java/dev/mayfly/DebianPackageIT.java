package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.ContainerRights;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The Debian package in a bare Debian, in which systemd does not run: it is installed, works, is upgraded, removed and
/// purged.
@NeedsDocker
@NeedsRoot
@TakesLong
class DebianPackageIT {
    private static final String CONTAINER = "mayfly-test-package";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String START = "echo $$ > /run/test.pid; exec mayfly serve";
    private static final String STOP = "kill $(cat /run/test.pid); while [ -d /proc/$(cat /run/test.pid) ]; do sleep 0.1; done";

    /// With the rights to make sandboxes, and runtime images that are not the package's.
    @BeforeEach
    void bareDebian() throws Exception {
        DockerCommand.docker("rm", "--force", CONTAINER); // of a run that was killed
        List<String> words = new ArrayList<>(List.of("docker", "run", "--detach", "--init", "--name", CONTAINER, "-v", "/var/lib/mayfly/images:/images:ro", "-e", "MAYFLY_OCI_IMAGES=/images", "-e", "MAYFLY_ENGINE=oci", "-e", "MAYFLY_JAVA_OPTIONS=-XX:AOTMode=on"));
        words.addAll(ContainerRights.options());
        words.addAll(List.of("mayfly/base:trixie", "sleep", "infinity"));
        DockerCommand.run(new byte[0], words).orThrow();
    }

    @AfterEach
    void remove() throws Exception {
        DockerCommand.docker("rm", "--force", CONTAINER);
    }

    private static String in(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "exec", CONTAINER));
        command.addAll(Arrays.asList(words));
        return DockerCommand.run(new byte[0], command).orThrow().out();
    }

    private static boolean exists(String file) throws IOException, InterruptedException {
        return DockerCommand.docker("exec", CONTAINER, "test", "-e", file).exitCode() == 0;
    }

    private static void install(String version) throws IOException, InterruptedException {
        Path file = Path.of(DockerCommand.run(new byte[0], List.of("deploy/debian/build", version)).orThrow().out().strip());
        DockerCommand.docker("cp", file.toString(), CONTAINER + ":/tmp/mayfly.deb").orThrow();
        in("dpkg", "--install", "/tmp/mayfly.deb");
        assertThat(in("dpkg-query", "--show", "--showformat", "${Version} ${Status}", "mayfly")).isEqualTo(version + " install ok installed");
    }

    private static void startAndExecute() throws IOException, InterruptedException {
        DockerCommand.docker("exec", "--detach", CONTAINER, "bash", "-c", START).orThrow();
        await().atMost(PATIENCE).until(() -> DockerCommand.docker("exec", CONTAINER, "/opt/mayfly/deploy/image/healthy").exitCode() == 0);
        assertThat(in("env", "MAYFLY_URL=http://127.0.0.1:8080", "mayfly", "run", "/opt/mayfly/runtimes/python/hello.py")).startsWith("Hello from Python");
    }

    @Test
    void itIsInstalledWorksIsUpgradedRemovedAndPurged() throws Exception {
        install("1.0.0~test1");
        assertThat(exists("/etc/systemd/system/multi-user.target.wants/mayfly.service")).isTrue();
        startAndExecute();

        // upgraded, settings and data stay
        in("bash", "-c", "echo MAYFLY_POOL_CAPACITY=8 >> /etc/mayfly/mayfly.env");
        install("1.0.0~test2");
        in("bash", "-c", STOP);
        assertThat(in("cat", "/etc/mayfly/mayfly.env")).contains("MAYFLY_POOL_CAPACITY=8");
        startAndExecute();
        in("bash", "-c", STOP);

        in("dpkg", "--remove", "mayfly");
        assertThat(exists("/opt/mayfly")).isFalse();
        assertThat(exists("/var/lib/mayfly/mayfly.db")).isTrue();

        in("dpkg", "--purge", "mayfly");
        assertThat(in("find", "/", "-xdev", "-name", "*mayfly*", "-not", "-path", "/tmp/*").lines()).isEmpty();
    }
}
