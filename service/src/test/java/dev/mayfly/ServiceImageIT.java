package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.ContainerRights;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The service's image, run as `docs/operate/container.md` says: with either engine, with the least rights, and what it
/// says where one of them is missing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
@NeedsRoot
class ServiceImageIT {
    private static final String IMAGE = "mayfly/service:test";
    private static final String BUNDLE = "mayfly/service:test-bundle"; // of its own, for the pipeline's image stays as it is
    private static final String WITH_RUNTIMES = BUNDLE + "-with-runtimes";
    private static final String CONTAINER = "mayfly-test-image";
    private static final String VOLUME = "mayfly-test-image";
    private static final String USERS_VOLUME = "mayfly-test-image-user";
    private static final String USER = "10001";
    private static final long MOST_BYTES = 300_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();
    private URI url;
    private String key;

    @BeforeAll
    void build() throws Exception {
        DockerCommand.docker("rm", "--force", CONTAINER); // of a run that was killed
        DockerCommand.docker("volume", "rm", "--force", VOLUME, USERS_VOLUME);
        String given = System.getenv("MAYFLY_TEST_IMAGE"); // the pipeline's
        if (given != null) {
            DockerCommand.docker("tag", given, IMAGE).orThrow();
            return;
        }
        build(IMAGE);
    }

    private static void build(String... words) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(Stream.concat(Stream.of("deploy/image/build"), Stream.of(words)).toList()).redirectErrorStream(true).redirectOutput(Path.of("target/image.log").toFile());
        builder.environment().put("MAYFLY_ENGINE", "docker");
        assertThat(builder.start().waitFor()).as(Files.readString(Path.of("target/image.log"))).isZero();
    }

    private void makeKey(String user, String volume) throws IOException, InterruptedException {
        key = docker("run", "--rm", "--user", user, "-v", volume + ":/var/lib/mayfly", IMAGE, "keys", "create", "--tenant", "acme").strip();
    }

    @AfterAll
    void remove() throws Exception {
        DockerCommand.docker("volume", "rm", "--force", VOLUME, USERS_VOLUME);
        DockerCommand.docker("image", "rm", "--force", IMAGE, WITH_RUNTIMES, BUNDLE);
        http.close();
    }

    @AfterEach
    void stop() throws Exception {
        DockerCommand.docker("rm", "--force", CONTAINER);
    }

    private static String docker(String... words) throws IOException, InterruptedException {
        return DockerCommand.docker(words).orThrow().out();
    }

    /// The words of the page's command, with a port of our own.
    private void run(String image, List<String> rights, String... options) throws IOException, InterruptedException {
        int port = ServiceProcess.freePort();
        url = URI.create("http://127.0.0.1:" + port);
        List<String> words = new ArrayList<>(List.of("run", "--detach", "--name", CONTAINER, "-p", "127.0.0.1:%d:8080".formatted(port), "-e", "MAYFLY_SERVICE=test-image", "--cap-drop", "ALL"));
        words.addAll(rights);
        words.addAll(List.of(options));
        words.add(image);
        docker(words.toArray(String[]::new));
    }

    private static List<String> ociRights() throws IOException {
        return ociRights("-v", VOLUME + ":/var/lib/mayfly", "-v", "/var/lib/mayfly/images:/var/lib/mayfly/images");
    }

    private static List<String> ociRights(String... volumes) throws IOException {
        List<String> words = new ArrayList<>(List.of(volumes));
        words.addAll(ContainerRights.options());
        return words;
    }

    private void awaitHealthy() {
        await().atMost(PATIENCE).until(() -> docker("inspect", "--format", "{{.State.Health.Status}}", CONTAINER).strip().equals("healthy"));
    }

    private String execute(String runtime, String code) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve("/v1/executions")).header("Content-Type", "application/json").header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString("{\"runtime\": \"%s\", \"code\": \"%s\"}".formatted(runtime, code)));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private String get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + key).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String log() throws IOException, InterruptedException {
        return docker("logs", CONTAINER);
    }

    @Test
    void itMakesSandboxesItselfWithTheLeastRights() throws Exception {
        makeKey("0", VOLUME);
        // a cache of its start that does not fit would end it
        run(IMAGE, ociRights(), "-e", "MAYFLY_JAVA_OPTIONS=-XX:AOTMode=on", "-e", "MAYFLY_IMAGE=registry/mayfly@sha256:0");
        awaitHealthy();
        assertThat(get("/v1/info")).contains("\"engine\":\"oci\"").contains("\"image\":\"registry/mayfly@sha256:0\"");
        assertThat(docker("exec", CONTAINER, "mayfly", "--version")).contains("registry/mayfly@sha256:0");
        assertThat(execute("python", "print(6*7)")).contains("\"engine\":\"oci\"").contains("\"stdout\":\"42\\n\"").contains("\"hostUid\":").contains("\"start\":\"warm\"");
        assertThat(execute("node", "console.log(6*7)")).contains("\"engine\":\"oci\"").contains("\"stdout\":\"42\\n\"");
        assertThat(execute("bash", "cat /proc/self/status | grep CapEff; sleep 100 & kill -9 $$")).contains("CapEff:\\t0000000000000000").contains("SIGKILL");
        assertThat(log()).doesNotContain(" WARN ").doesNotContain(" ERROR ");
        docker("stop", "--time", "60", CONTAINER);
        assertThat(docker("inspect", "--format", "{{.State.ExitCode}}", CONTAINER).strip()).isEqualTo("143");
        assertThat(log()).contains("drained; every sandbox is gone");
    }

    @Test
    void withRuntimesInItTheImageNeedsNothingOfItsHost() throws Exception {
        build("--with-runtimes", BUNDLE);
        makeKey("0", VOLUME);
        run(WITH_RUNTIMES, ociRights("-v", VOLUME + ":/var/lib/mayfly"), "-e", "MAYFLY_ENGINE=oci", "-e", "MAYFLY_JAVA_OPTIONS=-XX:AOTMode=on");
        awaitHealthy();
        for (String program : List.of("python:print(6*7)", "node:console.log(6*7)", "bash:echo 42")) {
            String[] parts = program.split(":", 2);
            assertThat(execute(parts[0], parts[1])).contains("\"stdout\":\"42\\n\"");
        }
        assertThat(log()).contains("images of /opt/mayfly/images: unpacked ").doesNotContain(" WARN ").doesNotContain(" ERROR ");
        // when it starts again, with its volume
        docker("restart", "--time", "60", CONTAINER);
        awaitHealthy();
        // then they are there
        assertThat(log()).contains("images of /opt/mayfly/images: nothing is new");
    }

    @Test
    void overTheSocketItNeedsNoRightAndNoRoot() throws Exception {
        int group = (int) Files.getAttribute(Path.of("/var/run/docker.sock"), "unix:gid");
        makeKey(USER, USERS_VOLUME);
        run(IMAGE, List.of("-v", USERS_VOLUME + ":/var/lib/mayfly", "-v", "/var/run/docker.sock:/var/run/docker.sock"), "--user", USER + ":" + group, "-e", "MAYFLY_ENGINE=docker",
                "-e", "MAYFLY_JAVA_OPTIONS=-XX:AOTMode=on");
        awaitHealthy();
        assertThat(execute("python", "print(6*7)")).contains("\"engine\":\"docker\"").contains("\"stdout\":\"42\\n\"");
        docker("stop", "--time", "60", CONTAINER);
        assertThat(DockerCommand.containers("dev.mayfly.service=test-image")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cap-add SYS_ADMIN", "--cap-add SETUID", "--security-opt seccomp=deploy/image/seccomp.json", "-v /sys/fs/cgroup:/sys/fs/cgroup"})
    void whatIsMissingItSaysOnceWithTheOptionThatGivesIt(String option) throws Exception {
        makeKey("0", VOLUME);
        run(IMAGE, without(option), "-e", "MAYFLY_ENGINE=oci");
        await().atMost(PATIENCE).until(() -> log().contains(" WARN "));
        assertThat(log().lines().filter(line -> line.contains(option))).hasSize(1);
    }

    private static List<String> without(String option) throws IOException {
        List<String> rights = ociRights();
        for (int word = 0; word < rights.size(); word += 2) {
            if (option.equals(rights.get(word) + " " + rights.get(word + 1))) {
                return Stream.concat(rights.subList(0, word).stream(), rights.subList(word + 2, rights.size()).stream()).toList();
            }
        }
        throw new AssertionError("not among the rights: " + option);
    }

    @Test
    void itIsSmall() throws Exception {
        assertThat(Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", IMAGE).strip())).isLessThan(MOST_BYTES);
    }

    @Test
    void withoutKeysItRefusesToStart() throws Exception {
        DockerCommand.Ended ended = DockerCommand.docker("run", "--rm", "--name", CONTAINER, IMAGE);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out() + new String(ended.stderr(), StandardCharsets.UTF_8)).contains("refusing to listen on 0.0.0.0");
    }
}
