package dev.mayfly.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against a registry of the test's, which has one image of two layers, for one machine and in a list.
class RegistryClientTest {
    private static final String LOGIN = "Basic " + Base64.getEncoder().encodeToString("me:secret:word".getBytes(UTF_8));
    private static final String KEPT = "sha256:" + "1".repeat(64);
    private static final String NEW = "sha256:" + "2".repeat(64);

    @TempDir
    Path folder;

    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpServer elsewhere;
    private String registry;
    private volatile String challenge = "";
    private volatile boolean redirects;
    private volatile String stalls = "";
    private String manifest;
    private String index;

    private static HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", handler);
        server.start();
        return server;
    }

    @BeforeEach
    void start() throws Exception {
        server = server(this::answer);
        elsewhere = server(exchange -> {
            assertThat(exchange.getRequestHeaders().get("Authorization")).isNull();
            send(exchange, 200, requireNonNull(content.get(exchange.getRequestURI().getPath())));
        });
        registry = "127.0.0.1:" + server.getAddress().getPort();
        String config = blob("{\"rootfs\": {\"diff_ids\": [\"%s\", \"%s\"]}}".formatted(KEPT, NEW));
        manifest = document("{\"config\": %s, \"layers\": [%s, %s]}".formatted(descriptor(config), descriptor(blob("kept layer")), descriptor(blob("new layer"))));
        index = document("{\"manifests\": [{\"digest\": \"sha256:%s\", \"platform\": {\"os\": \"linux\", \"architecture\": \"s390x\"}}, {\"digest\": \"%s\", \"platform\": {\"os\": \"linux\", \"architecture\": \"%s\"}}]}"
                .formatted("0".repeat(64), manifest, System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        elsewhere.stop(0);
    }

    private static String sha256(String text) throws Exception {
        return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    private String blob(String text) throws Exception {
        content.put("/v2/team/tool/blobs/" + sha256(text), text.getBytes(UTF_8));
        return sha256(text);
    }

    private String document(String text) throws Exception {
        content.put("/v2/team/tool/manifests/" + sha256(text), text.getBytes(UTF_8));
        return sha256(text);
    }

    private String descriptor(String digest) {
        return "{\"digest\": \"%s\", \"size\": %d}".formatted(digest, requireNonNull(content.get("/v2/team/tool/blobs/" + digest)).length);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(path);
        if (path.equals("/token")) {
            assertThat(exchange.getRequestURI().getQuery()).isEqualTo("service=registry&scope=repository:team/tool:pull");
            send(exchange, LOGIN.equals(authorization) ? 200 : 401, "{\"token\": \"of the server\"}".getBytes(UTF_8));
        } else if (!challenge.isEmpty() && !(challenge.startsWith("Basic") ? LOGIN : "Bearer of the server").equals(authorization)) {
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
            send(exchange, 401, new byte[0]);
        } else if (redirects && path.contains("/blobs/")) {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:%d%s".formatted(elsewhere.getAddress().getPort(), path));
            send(exchange, 307, new byte[0]);
        } else if (path.equals(stalls)) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('k');
            exchange.getResponseBody().flush(); // and never more
        } else {
            byte[] found = content.get(path);
            send(exchange, found == null ? 404 : 200, found == null ? new byte[0] : found);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Path logins(String password) throws IOException {
        return Files.writeString(folder.resolve("config.json"), "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
                .formatted(registry, Base64.getEncoder().encodeToString(("me:" + password).getBytes(UTF_8))));
    }

    private Path fetch(String version, Path logins, Duration timeout) throws Exception {
        Path to = Files.createTempDirectory(folder, "image");
        try (var client = new RegistryClient(new RegistrySettings(logins, Optional.empty(), timeout))) {
            String name = "%s/team/tool%s%s".formatted(registry, version.startsWith("sha256:") ? "@" : ":", version);
            client.fetch(ImageReference.parse(name).orElseThrow(), to, KEPT::equals);
        }
        return to;
    }

    private Path fetch(String version) throws Exception {
        return fetch(version, logins("secret:word"), Duration.ofSeconds(30));
    }

    private void assertWhole(Path image) throws Exception {
        assertThat(Files.readString(image.resolve("blobs/sha256").resolve(sha256("new layer").substring(7)))).isEqualTo("new layer");
        var entry = new ObjectMapper().readTree(image.resolve("index.json").toFile()).path("manifests").path(0);
        assertThat(image.resolve("blobs/sha256").resolve(entry.path("digest").asText().substring(7))).exists();
    }

    @Test
    void imageComesWithoutTheLayersThatAreThere() throws Exception {
        assertWhole(fetch(manifest));
        assertThat(asked).doesNotContain("/v2/team/tool/blobs/" + sha256("kept layer"));
    }

    @Test
    void ofSeveralMachinesItIsThisOnes() throws Exception {
        assertWhole(fetch(index));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"registry\"", "Bearer realm=\"/token\",service=\"registry\",scope=\"repository:team/tool:pull\""})
    void loginIsGivenWhereItIsAskedFor(String asks) throws Exception {
        challenge = asks;
        assertWhole(fetch(manifest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"registry\"", "Bearer realm=\"/token\",service=\"registry\",scope=\"repository:team/tool:pull\""})
    void wrongOrMissingLoginIsNamed(String asks) throws Exception {
        challenge = asks;
        Path wrong = logins("guessed");
        assertThatThrownBy(() -> fetch(manifest, wrong, Duration.ofSeconds(30))).isInstanceOf(IOException.class).hasMessageContaining("401; the login in " + wrong);
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> fetch(manifest, missing, Duration.ofSeconds(30))).isInstanceOf(IOException.class).hasMessageContaining("401; the login in " + missing);
    }

    @Test
    void passwordInAHelperIsRefused() throws Exception {
        Path logins = Files.writeString(folder.resolve("config.json"), "{\"credsStore\": \"desktop\", \"auths\": {\"%s\": {}}}".formatted(registry));
        assertThatThrownBy(() -> fetch(manifest, logins, Duration.ofSeconds(30))).hasMessageContaining("helper program, which is not supported");
    }

    /// The server of the layers gets no login: it asserts so itself.
    @Test
    void redirectIsFollowedWithoutTheLogin() throws Exception {
        challenge = "Basic realm=\"registry\"";
        redirects = true;
        assertWhole(fetch(manifest));
    }

    @Test
    void otherContentThanTheDigestsIsRefused() throws Exception {
        content.put("/v2/team/tool/blobs/" + sha256("new layer"), "bad layer".getBytes(UTF_8));
        assertThatThrownBy(() -> fetch(manifest)).hasMessageContaining("other content than that of " + sha256("new layer"));
        content.put("/v2/team/tool/blobs/" + sha256("new layer"), "new layer and more".getBytes(UTF_8));
        assertThatThrownBy(() -> fetch(manifest)).hasMessageContaining("other content than that of " + sha256("new layer"));
        content.put("/v2/team/tool/manifests/" + manifest, "{}".getBytes(UTF_8));
        assertThatThrownBy(() -> fetch(manifest)).hasMessageContaining("other content than that of " + manifest);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> fetch("missing")).hasMessageContaining("404; it has no /v2/team/tool/manifests/missing");
    }

    @Test
    void layerThatNeverEndsIsGivenUp() throws Exception {
        stalls = "/v2/team/tool/blobs/" + sha256("new layer");
        Path logins = logins("secret:word");
        assertThatThrownBy(() -> fetch(manifest, logins, Duration.ofSeconds(5))).hasMessageContaining("nothing more of " + sha256("new layer") + " came for 5 s");
        assertThat(asked).contains(stalls);
    }

    @Test
    void plainHttpIsSpokenWithLoopbackAlone() throws Exception {
        assertThatThrownBy(() -> RegistryClient.secure(URI.create("http://registry.example.org/v2/"), URI.create("https://registry.example.org/v2/"))).hasMessageContaining("which is not https");
        assertThat(RegistryClient.secure(URI.create("https://elsewhere.example.org/"), URI.create("http://localhost/v2/"))).hasHost("elsewhere.example.org");
    }

    @Test
    void whoHasNotLoggedInNeedsNoHelper() throws Exception {
        Path logins = Files.writeString(folder.resolve("config.json"), "{\"credsStore\": \"desktop\", \"auths\": {\"other.example.org\": {}}}");
        assertWhole(fetch(manifest, logins, Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.org/team/python:3.13, registry.example.org, team/python, 3.13, https://registry.example.org/v2/team/python",
        "registry.example.org:5000/python, registry.example.org:5000, python, latest, https://registry.example.org:5000/v2/python",
        "localhost/python:3, localhost, python, 3, http://localhost/v2/python",
        "127.0.0.1:5000/a/b/c:x, 127.0.0.1:5000, a/b/c, x, http://127.0.0.1:5000/v2/a/b/c",
        "docker.io/python:3, docker.io, python, 3, https://registry-1.docker.io/v2/library/python",
        "docker.io/team/python:3, docker.io, team/python, 3, https://registry-1.docker.io/v2/team/python"
    })
    void nameOfARegistrysImageIsRead(String name, String host, String repository, String version, String url) {
        ImageReference reference = ImageReference.parse(name).orElseThrow();
        assertThat(reference).isEqualTo(new ImageReference(host, repository, version));
        assertThat(reference.url()).isEqualTo(url);
        assertThat(ImageReference.parse(name + "@" + KEPT).orElseThrow().version()).isEqualTo(KEPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mayfly/python:3.13", "python", "registry.example.org/", "registry.example.org/Python:3", "registry.example.org/python@sha256:12", "https://registry.example.org/python", "a.b/../c"})
    void otherNamesAreNone(String name) {
        assertThat(ImageReference.parse(name)).isEmpty();
    }
}
