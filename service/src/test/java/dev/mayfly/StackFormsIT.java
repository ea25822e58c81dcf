package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.testing.ComposePlugin;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceClient;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.Stack;
import dev.mayfly.testing.TakesLong;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The stack's other forms: over TLS, with runtime images from a registry of its own, by `docker compose`; on each engine.
@NeedsDocker
@NeedsRoot
@TakesLong
class StackFormsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"oci", "docker"})
    void stackServesOverTlsAndTakesRuntimesFromItsRegistry(String engine) throws Exception {
        Path config = Files.createDirectory(folder.resolve("config"));
        ComposePlugin.install(config);
        Path certificate = certificate();
        int tlsPort = ServiceProcess.freePort();
        Map<String, String> variables = Map.of(
                "MAYFLY_ENGINE", engine, "DOCKER_CONFIG", config.toString(), "STACK_CERTIFICATE", certificate.toString(), "STACK_TLS_ADDRESS", "127.0.0.1:" + tlsPort);
        var stack = new Stack("mayfly-test-" + engine, List.of(), List.of("compose/production.yaml", "compose/registry.yaml"), variables);
        try {
            stack.stack("up", "1");
            try (ServiceClient client = stack.client(stack.stack("keys", "create", "--tenant", "acme", "--scope", "execute,read,admin").strip());
                    HttpClient caller = trusting(certificate)) {
                await().atMost(PATIENCE).until(() -> client.execute("{\"runtime\": \"python\", \"code\": \"print(1)\"}").body().contains("\"engine\":\"%s\"".formatted(engine)));
                assertThat(client.addressSeenBy(caller, URI.create("https://localhost:" + tlsPort), "acme")).isEqualTo(stack.hostAddress());
                // when runtime images are pushed, and the certificate is renewed
                stack.stack("push");
                certificate();
                stack.stack("upgrade");
                // then the proxy has the new one, and the replicas serve from the registry
                try (HttpClient later = trusting(certificate)) {
                    assertThat(client.addressSeenBy(later, URI.create("https://localhost:" + tlsPort), "acme")).isEqualTo(stack.hostAddress());
                }
                String pushed = Files.readString(stack.secrets().resolve("runtime-images.env"));
                assertThat(client.read("/v1/runtimes").path("runtimes")).filteredOn(runtime -> pushed.contains(runtime.path("id").asText() + "="))
                        .hasSizeGreaterThanOrEqualTo(3).allSatisfy(StackFormsIT::assertServesFromTheRegistry);
                ServiceClient.assertPrinted(client.execute("{\"runtime\": \"python\", \"code\": \"print(2)\"}"), 2);
            }
        } finally {
            stack.close();
            forgetImages();
        }
        assertThat(stack.remains()).isEmpty();
        assertThat(stack.secrets()).doesNotExist();
    }

    private static void assertServesFromTheRegistry(JsonNode runtime) {
        assertThat(runtime.path("available").asBoolean()).as(runtime.toString()).isTrue();
        assertThat(runtime.path("image").asText()).containsPattern("^(registry|127\\.0\\.0\\.1):\\d+/mayfly/\\w+@sha256:");
    }

    /// Of this host's store, into which the replicas of the engine `oci` have pulled.
    private static void forgetImages() throws Exception {
        for (String image : DockerCommand.run(new byte[0], List.of("./mayfly", "images")).out().lines().map(line -> line.split(" ", 2)[0]).filter(name -> name.startsWith("registry:5000/")).toList()) {
            DockerCommand.run(new byte[0], List.of("./mayfly", "images", "rm", image)).orThrow();
        }
    }

    /// Certificate and key in one file.
    private Path certificate() throws Exception {
        Path file = folder.resolve("certificate.pem");
        DockerCommand.run(new byte[0], List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", file.toString(), "-out", file + ".crt")).orThrow();
        Files.writeString(file, Files.readString(file) + Files.readString(Path.of(file + ".crt")));
        return file;
    }

    private static HttpClient trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(certificate + ".crt"))) {
            store.setCertificateEntry("test", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trusted.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }
}
