package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.Registry;
import dev.mayfly.testing.TakesLong;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/pipeline` against a registry with TLS and a login: the image that was tested is the one that is pushed and
/// deployed, and after a failed test nothing is pushed. Other commands stand in for the tests.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
@NeedsRoot
@TakesLong
class PipelineIT {
    private Registry registry;

    @TempDir
    Path folder;

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        registry = new Registry(place);
    }

    @AfterAll
    void close() throws Exception {
        registry.close();
        for (String image : DockerCommand.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", registry.address() + "/*/service").orThrow().out().lines().toList()) {
            DockerCommand.docker("image", "rm", image);
        }
    }

    private record Ended(int status, String out, String log) {}

    private Ended pipeline(String name, String tests, Map<String, String> login, String... deploy) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("deploy/pipeline", registry.address() + "/" + name));
        command.addAll(List.of(deploy));
        var builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("log").toFile());
        builder.environment().putAll(login);
        builder.environment().putAll(Map.of("PIPELINE_TESTS", tests, "PIPELINE_IMAGE", "mayfly/service:test-pipeline"));
        int status = builder.start().waitFor();
        return new Ended(status, Files.readString(folder.resolve("out")).strip(), Files.readString(folder.resolve("log")));
    }

    @Test
    void whatWasTestedIsPushedAndDeployedByItsDigest() throws Exception {
        Path tested = folder.resolve("tested");
        Ended ended = pipeline("right", "docker image inspect --format '{{.Id}}' $MAYFLY_TEST_IMAGE > " + tested, registry.login(), "sh", "-c", "echo deployed $STACK_SERVICE_IMAGE");
        assertThat(ended.status()).as(ended.log()).isZero();
        String image = ended.out().lines().findFirst().orElseThrow().replace("STACK_SERVICE_IMAGE=", "");
        assertThat(image).startsWith(registry.address() + "/right/service@sha256:");
        assertThat(ended.out()).endsWith("deployed " + image);
        assertThat(DockerCommand.docker("image", "inspect", "--format", "{{.Id}}", image).orThrow().out()).isEqualTo(Files.readString(tested));
        // and it says so
        assertThat(DockerCommand.docker("run", "--rm", "-e", "MAYFLY_IMAGE=" + image, image, "--version").orThrow().out()).contains(image);
        assertThat(registry.catalog()).contains("right/service");
    }

    @Test
    void afterAFailedTestNothingIsPushed() throws Exception {
        Ended ended = pipeline("failed", "exit 3", registry.login(), "sh", "-c", "echo deployed");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.log()).contains("the tests failed (status 3); nothing was pushed");
        assertThat(ended.out()).isEmpty();
        assertThat(registry.catalog()).doesNotContain("failed");
    }

    @Test
    void withoutALoginNothingIsPushedOrDeployed() throws Exception {
        Ended ended = pipeline("stranger", "true", registry.stranger(), "sh", "-c", "echo deployed");
        assertThat(ended.status()).isNotZero();
        assertThat(ended.log()).contains("no basic auth credentials");
        assertThat(ended.out()).isEmpty();
        assertThat(registry.catalog()).doesNotContain("stranger");
    }

    @Test
    void registryOfAnUnknownAuthorityIsRefused() throws Exception {
        registry.distrust();
        try {
            Ended ended = pipeline("unknown", "true", registry.login(), "sh", "-c", "echo deployed");
            assertThat(ended.status()).isNotZero();
            assertThat(ended.log()).contains("certificate");
            assertThat(ended.out()).isEmpty();
        } finally {
            registry.trust();
        }
        assertThat(registry.catalog()).doesNotContain("unknown");
    }
}
