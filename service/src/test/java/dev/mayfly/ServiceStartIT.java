package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an operator sees of the service's start and end.
@NeedsDocker
@NeedsRoot
class ServiceStartIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private static ServiceProcess service(Map<String, String> environment) throws Exception {
        return new ServiceProcess("test-start", ServiceProcess.lockFolder(), environment);
    }

    @Test
    void wrongSettingIsOneLineAndExitTwo() throws Exception {
        try (ServiceProcess service = service(Map.of("MAYFLY_WEBHOOK_ALLOWED_NETWORKS", "mine"))) {
            assertThat(service.awaitEnd()).isEqualTo(2);
            assertThat(service.log().lines()).singleElement().asString().startsWith("mayfly: mayfly.webhook.allowed-networks must be ").endsWith("; got mine");
        }
    }

    @Test
    void normalStartLogsNoErrorReportsSlipsAndEndsOrderlyOnHangUp() throws Exception {
        try (ServiceProcess service = service(Map.of("MAYFLY_POOL_CAPACTIY", "3"))) {
            // given a service with a slip in a variable's name, and a client that resets its connection in the middle
            // of a request
            service.awaitReady();
            try (var client = new Socket(service.url().getHost(), service.url().getPort())) {
                client.setSoLinger(true, 0);
                client.getOutputStream().write("POST /v1/executions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            // when its terminal hangs up
            new ProcessBuilder("kill", "-HUP", String.valueOf(service.pid())).start().waitFor();
            // then it has drained, as on SIGTERM
            assertThat(service.awaitEnd()).isEqualTo(128 + 1);
            assertThat(service.log()).contains("drained; every sandbox is gone").contains("WARN ").contains("without effect: MAYFLY_POOL_CAPACTIY").doesNotContain("SRMSG00207");
            assertThat(service.log().lines().filter(line -> line.contains(" ERROR "))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', oci", "mknod, docker", "setuid, docker"})
    void withoutANamedEngineItMakesSandboxesItselfWhereTheHostAllowsIt(String without, String engine) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--unset=MAYFLY_ENGINE"));
        if (!without.isEmpty()) {
            command.addAll(List.of("setpriv", "--bounding-set=-" + without, "--inh-caps=-" + without));
        }
        try (var service = ServiceProcess.under(command, "test-start", Map.of()).awaitReady()) {
            assertThat(service.execute("{\"runtime\": \"bash\", \"code\": \"echo 42\"}").body()).contains("\"engine\":\"%s\"".formatted(engine)).contains("42");
            assertThat(service.log().contains("does not let Mayfly make sandboxes itself")).isEqualTo(engine.equals("docker"));
            assertThat(service.log().contains("by --cap-add " + without.toUpperCase(Locale.ROOT))).isEqualTo(engine.equals("docker"));
        }
    }

    @Test
    void logInJsonNamesExecutionAndTenant() throws Exception {
        try (ServiceProcess service = service(Map.of("MAYFLY_ENGINE", "oci", "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true")).awaitReady()) {
            for (String prefer : List.of("wait=30", "respond-async, wait=30")) {
                String id = JSON.readTree(service.post("/v1/executions", "{\"runtime\": \"bash\", \"code\": \"echo\"}", "Prefer", prefer).body()).path("id").asText();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(entries(service)).anySatisfy(entry -> {
                    assertThat(entry.path("message").asText()).contains("outcome=Exited");
                    assertThat(entry.path("mdc").path("execution").asText()).isEqualTo(id);
                    assertThat(entry.path("mdc").path("tenant").asText()).isNotEmpty();
                }));
            }
            assertThat(entries(service)).allSatisfy(entry -> assertThat(entry.path("timestamp").asText()).isNotEmpty());
        }
    }

    private static List<JsonNode> entries(ServiceProcess service) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        for (String line : service.log().lines().toList()) {
            entries.add(JSON.readTree(line));
        }
        return entries;
    }

    @Test
    void nobodyIsUpgradedToHttp2() throws Exception {
        try (ServiceProcess service = service(Map.of()); HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            service.awaitReady();
            HttpResponse<Void> response = client.send(HttpRequest.newBuilder(service.url().resolve("/health/live")).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    /// Also where it is started with a umask that lets everybody read.
    @Test
    void whatItWritesIsForItsOwnUserAlone() throws Exception {
        Path locks = folder.resolve("run");
        try (var service = new ServiceProcess("test-start", locks, Map.of("MAYFLY_STORE_URL", "sqlite:" + folder.resolve("lib/mayfly.db"))).awaitReady()) {
            service.post("/v1/executions", "{\"runtime\": \"bash\", \"code\": \"echo\"}", "Prefer", "respond-async, wait=30");
            for (Path below : List.of(locks, folder.resolve("lib"))) {
                try (Stream<Path> files = Files.walk(below)) {
                    for (Path file : files.toList()) {
                        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file).endsWith("------");
                    }
                }
            }
            assertThat(folder.resolve("lib/mayfly.db-wal")).exists();
        }
    }

    /// The program's user has to read them in the sandbox.
    @Test
    void snapshotsAreForEverybodyInASandboxWhateverTheUmask() throws Exception {
        Path locks = folder.resolve("run");
        try (var service = new ServiceProcess("test-start", locks, Map.of("MAYFLY_ENGINE", "oci")).awaitReady()) {
            await().atMost(PATIENCE).until(() -> {
                service.execute("{\"runtime\": \"python\", \"code\": \"print(1)\"}");
                try (Stream<Path> files = Files.walk(locks.resolve("oci"))) {
                    return files.anyMatch(file -> file.endsWith("mayfly/snapshot"));
                } catch (UncheckedIOException e) {
                    return false; // a sandbox's folder went meanwhile
                }
            });
            service.execute("{\"runtime\": \"python\", \"code\": \"print(1)\"}");
            assertThat(service.log()).doesNotContain("interpreters are started in every sandbox");
        }
    }

    @Test
    void withAnUnusableStoreItIsNotReady() throws Exception {
        assertNotReady(Map.of("MAYFLY_STORE_URL", "sqlite:/proc/mayfly.db"), "/proc/mayfly.db");
    }

    @Test
    void withoutOneOfItsRuntimesItIsNotReady() throws Exception {
        // given a runtime that works, and one that nobody has built an image of
        for (String language : List.of("bash", "missing")) {
            try (Stream<Path> files = Files.list(Path.of("runtimes/bash")).filter(Files::isRegularFile)) {
                Files.createDirectory(folder.resolve(language));
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(language).resolve(file.getFileName()));
                }
            }
        }
        Path yaml = folder.resolve("missing/runtime.yaml");
        Files.writeString(yaml, Files.readString(yaml).replaceFirst("name: bash", "name: missing").replaceFirst("(?m)^extensions: .*", "extensions: [.missing]").replaceFirst("(?m)^aliases: .*", "aliases: []"));
        assertNotReady(Map.of("MAYFLY_RUNTIMES", folder.toString()), "no working image");
    }

    /// All else has had the time to become ready: there is a warm sandbox, and the reason is there.
    private static void assertNotReady(Map<String, String> environment, String reason) throws Exception {
        try (ServiceProcess service = service(environment)) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                HttpResponse<String> ready = service.get("/health/ready");
                return ready.body().contains(reason) && ready.body().contains("\"bash:5.2\": \"ready=2\"");
            });
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        }
    }
}
