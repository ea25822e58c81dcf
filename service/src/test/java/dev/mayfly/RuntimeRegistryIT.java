package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.Registry;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images of a runtime by digest, from a registry with TLS by an authority of its own and a login.
@NeedsDocker
@NeedsRoot
class RuntimeRegistryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NAME = "mayfly/bash:5.2";

    @TempDir
    static Path registryFolder;

    @TempDir
    Path folder;

    private static Registry registry;
    private static String first;
    private static String second;
    private static String broken;

    @BeforeAll
    static void push() throws Exception {
        registry = new Registry(registryFolder);
        first = push("FROM " + NAME);
        second = push("FROM " + NAME + "\nRUN echo second > /etc/second");
        broken = push("FROM " + NAME + "\nRUN mv /bin/bash /bin/was-bash");
    }

    @AfterAll
    static void stop() throws Exception {
        registry.close();
    }

    /// The name by digest; of the engine's own images it is gone.
    private static String push(String dockerfile) throws Exception {
        String tag = registry.address() + "/team/bash:pushed";
        DockerCommand.run(dockerfile.getBytes(StandardCharsets.UTF_8), List.of("env", "DOCKER_BUILDKIT=0", "docker", "build", "-q", "-t", tag, "-")).orThrow();
        withLogin(List.of("docker", "push", "-q", tag)).orThrow();
        String digest = DockerCommand.docker("image", "inspect", "--format", "{{join .RepoDigests \"\\n\"}}", tag).orThrow().out().lines()
                .filter(name -> name.startsWith(registry.address())).findFirst().orElseThrow(); // it may be in other registries, too
        DockerCommand.docker("image", "rm", tag).orThrow(); // with its digest, which was this tag's
        return digest;
    }

    private static DockerCommand.Ended withLogin(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("env"));
        registry.login().forEach((name, value) -> all.add(name + "=" + value));
        all.addAll(command);
        return DockerCommand.run(new byte[0], all);
    }

    /// Bash alone, with a folder of images that is empty at first.
    private Map<String, String> environment(String engine, Map<String, String> login, Map<String, String> others) throws IOException {
        Path bash = Files.createDirectories(folder.resolve("runtimes/bash"));
        for (String file : List.of("runtime.yaml", "hello.sh")) {
            Files.copy(Path.of("runtimes/bash", file), bash.resolve(file));
        }
        var environment = new HashMap<String, String>(Map.of(
                "MAYFLY_ENGINE", engine, "MAYFLY_RUNTIMES", folder.resolve("runtimes").toString(), "MAYFLY_OCI_IMAGES", folder.resolve("images").toString(),
                "MAYFLY_REGISTRY_LOGINS", login.get("DOCKER_CONFIG") + "/config.json", "MAYFLY_REGISTRY_AUTHORITIES", registry.authority().toString(),
                "MAYFLY_POOL_REFRESH_INTERVAL", "300MS"));
        environment.putAll(others);
        return environment;
    }

    private static ServiceProcess start(Map<String, String> environment) throws IOException {
        return new ServiceProcess("test-registry", ServiceProcess.lockFolder(), environment);
    }

    private static String run(ServiceProcess service, String code) throws Exception {
        JsonNode result = new ObjectMapper().readTree(service.execute("{\"runtime\": \"bash\", \"code\": \"%s\"}".formatted(code)).body());
        assertThat(result.path("kind").asText(result.path("outcome").path("kind").asText())).as(result.toString()).isEqualTo("exited");
        return result.path("stdout").asText();
    }

    private DockerCommand.Ended mayfly(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of("./mayfly", "images"));
        command.addAll(List.of(words));
        return DockerCommand.run(new byte[0], command);
    }

    private static String err(DockerCommand.Ended ended) {
        return new String(ended.stderr(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci", "docker"})
    void imageByDigestIsPulledBeforeTheServiceIsReady(String engine) throws Exception {
        try (var service = start(environment(engine, registry.login(), Map.of("MAYFLY_RUNTIME_IMAGES", "bash:5.2=" + second))).awaitReady()) {
            assertThat(run(service, "cat /etc/second")).isEqualTo("second\n");
            JsonNode bash = new ObjectMapper().readTree(service.get("/v1/runtimes").body()).path("runtimes").path(0);
            assertThat(bash.path("image").asText()).isEqualTo(second);
            assertThat(bash.path("images")).singleElement().satisfies(image -> assertThat(image.path("serving").asBoolean()).isTrue());
        }
        if (engine.equals("docker")) {
            DockerCommand.docker("image", "rm", second).orThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci", "docker"})
    void withoutALoginTheServiceIsNotReadyAndSaysWhy(String engine) throws Exception {
        try (var service = start(environment(engine, registry.stranger(), Map.of("MAYFLY_RUNTIME_IMAGES", "bash:5.2=" + first))).awaitLive()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.log()).contains("is not there, and is asked for again in 60 s").containsPattern("401|no basic auth credentials"));
            assertThat(service.get("/health/ready").body()).contains("no working image");
        }
    }

    @Test
    void registryOfAnUnknownAuthorityIsNotTrusted() throws Exception {
        Path other = Files.copy(Path.of("/etc/ssl/certs/ca-certificates.crt"), folder.resolve("usual.pem"));
        try (var service = start(environment("oci", registry.login(), Map.of("MAYFLY_RUNTIME_IMAGES", "bash:5.2=" + first, "MAYFLY_REGISTRY_AUTHORITIES", other.toString()))).awaitLive()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.log()).contains("is not there, and is asked for again").contains("PKIX"));
        }
    }

    /// No request fails meanwhile, a broken image never serves, and the name can be given back.
    @Test
    void newImageRollsInWhileTheOldOneServes() throws Exception {
        Map<String, String> environment = environment("oci", registry.login(), Map.of());
        mayfly(environment, "pull", first, "--as", NAME).orThrow();
        try (var service = start(environment).awaitReady()) {
            assertThat(run(service, "cat /etc/second 2>/dev/null || echo first")).isEqualTo("first\n");
            mayfly(environment, "pull", second, "--as", NAME).orThrow();
            await().atMost(PATIENCE).until(() -> run(service, "cat /etc/second 2>/dev/null || echo first").equals("second\n")); // a failed request ends the test
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(used(environment, service)).singleElement().asString().contains(NAME));
            // when an image comes whose hello fails
            String serving = used(environment, service).getFirst();
            mayfly(environment, "pull", broken, "--as", NAME).orThrow();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.log()).contains("runtime=bash:5.2 not refreshed"));
            assertThat(run(service, "cat /etc/second")).isEqualTo("second\n");
            // then the one before serves on, and gets its name back
            mayfly(environment, "rollback", NAME).orThrow();
            assertThat(mayfly(environment).orThrow().out().strip()).isEqualTo(NAME + " " + serving.split(" +", 3)[1]);
            assertThat(err(mayfly(environment, "rollback", NAME))).contains("no image had the name");
        }
    }

    private List<String> used(Map<String, String> environment, ServiceProcess service) throws Exception {
        var with = new HashMap<>(environment);
        with.put("MAYFLY_URL", service.url().toString());
        return mayfly(with, "used").orThrow().out().lines().skip(1).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io/team/bash:1", "localhost/bash:1", "mayfly/bash:1"})
    void imageHasTheNameThatWasAskedFor(String name) throws Exception {
        Map<String, String> environment = environment("oci", registry.login(), Map.of());
        mayfly(environment, "pull", first, "--as", name).orThrow();
        assertThat(mayfly(environment).orThrow().out()).startsWith(name + " sha256:");
    }

    @Test
    void wrongNamesAreRefused() throws Exception {
        Map<String, String> environment = environment("oci", registry.login(), Map.of());
        assertThat(err(mayfly(environment, "pull", NAME))).contains("IMAGE must be REGISTRY/NAME@sha256:DIGEST or REGISTRY/NAME:TAG");
        assertThat(err(mayfly(environment, "pull", first.replaceFirst("/team/bash", "/team/none")))).contains("was not pulled", "404");
        for (String pair : List.of("bash", "bash:9=" + first)) {
            try (var service = start(Stream.of(environment, Map.of("MAYFLY_RUNTIME_IMAGES", pair)).collect(HashMap::new, Map::putAll, Map::putAll))) {
                assertThat(service.awaitEnd()).isEqualTo(2);
                assertThat(service.log()).contains("mayfly.runtime-images");
            }
        }
    }
}
