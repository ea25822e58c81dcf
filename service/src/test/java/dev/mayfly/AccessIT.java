package dev.mayfly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.ApiKey;
import dev.mayfly.access.Scope;
import dev.mayfly.execution.Quota;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.OidcProvider;
import dev.mayfly.testing.ServiceProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Who comes in, and what they may use: API keys and OpenID tokens, on the service as it is started.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class AccessIT {
    private static final String PROGRAM = "{\"runtime\": \"python\", \"code\": \"print(6*7)\"}";

    private final HttpClient client = HttpClient.newHttpClient();
    private AccessFile keys;
    private OidcProvider provider;
    private ServiceProcess service;

    @BeforeAll
    void start() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        keys = new AccessFile(folder.resolve("access.json"));
        provider = new OidcProvider();
        service = new ServiceProcess("test-access", folder, Map.of(
                "QUARKUS_OIDC_TENANT_ENABLED", "true", "QUARKUS_OIDC_AUTH_SERVER_URL", provider.url().toString())).awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        provider.close();
    }

    private String key(String tenant, Scope... scopes) throws Exception {
        return keys.create(tenant, Set.of(scopes), Optional.empty()).token();
    }

    private HttpResponse<String> send(String method, String path, String body, Optional<String> bearer) throws Exception {
        var request = HttpRequest.newBuilder(service.url().resolve(path)).header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> run(Optional<String> bearer) throws Exception {
        return send("POST", "/v1/executions", PROGRAM, bearer);
    }

    private static void isProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    }

    @Test
    void withoutAKeyNobodyComesIn() throws Exception {
        HttpResponse<String> answer = run(Optional.empty());
        isProblem(answer, 401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        isProblem(send("GET", "/v1/runtimes", "", Optional.empty()), 401);
        assertThat(send("GET", "/metrics", "", Optional.empty()).statusCode()).isEqualTo(401);
        assertThat(send("GET", "/health/ready", "", Optional.empty()).statusCode()).isEqualTo(200);
    }

    @Test
    void keyComesInWithItsScopesOnly() throws Exception {
        String execute = key("acme", Scope.EXECUTE);
        assertThat(run(Optional.of(execute)).body()).contains("\"stdout\":\"42\\n\"");
        assertThat(send("GET", "/v1/runtimes", "", Optional.of(execute)).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/metrics", "", Optional.of(execute)).statusCode()).isEqualTo(403);
        String read = key("acme", Scope.READ);
        isProblem(run(Optional.of(read)), 403);
        assertThat(send("GET", "/v1/runtimes", "", Optional.of(read)).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/metrics", "", Optional.of(key("ops", Scope.ADMIN))).body()).contains("mayfly_sandbox_pool_leased");
    }

    @Test
    void keptExecutionsAreTheirTenantsOwn() throws Exception {
        String acme = key("acme", Scope.EXECUTE);
        var sent = HttpRequest.newBuilder(service.url().resolve("/v1/executions")).header("Content-Type", "application/json").header("Prefer", "respond-async, wait=20")
                .header("Authorization", "Bearer " + acme).POST(HttpRequest.BodyPublishers.ofString(PROGRAM)).build();
        String path = client.send(sent, HttpResponse.BodyHandlers.ofString()).headers().firstValue("Location").orElseThrow();
        for (String own : List.of(acme, key("acme", Scope.READ))) {
            assertThat(send("GET", path, "", Optional.of(own)).body()).contains("\"stdout\":\"42\\n\"");
        }
        isProblem(send("DELETE", path, "", Optional.of(key("acme", Scope.READ))), 403);
        isProblem(send("GET", path, "", Optional.empty()), 401);
        String other = key("other", Scope.EXECUTE, Scope.READ, Scope.ADMIN);
        for (String method : List.of("GET", "DELETE")) {
            isProblem(send(method, path, "", Optional.of(other)), 404);
        }
        isProblem(send("GET", path + "/events", "", Optional.of(other)), 404);
        assertThat(send("GET", "/v1/executions", "", Optional.of(other)).body()).isEqualTo("{\"executions\":[]}");
        isProblem(send("POST", "/v1/webhooks/secrets", "", Optional.of(key("acme", Scope.READ))), 403);
    }

    @Test
    void functionOnTheWebIsOpenToWhomItsDefinitionSays() throws Exception {
        String acme = key("acme", Scope.EXECUTE);
        for (String access : List.of("key", "link", "open")) {
            String function = PROGRAM.replaceFirst("\\{", "{\"http\": {\"access\": \"%s\"}, ".formatted(access));
            assertThat(send("PUT", "/v1/functions/web-" + access, function, Optional.of(acme)).statusCode()).isEqualTo(201);
        }
        String other = key("other", Scope.EXECUTE, Scope.READ, Scope.ADMIN);
        assertThat(send("GET", "/fn/acme/web-open", "", Optional.empty()).body()).isEqualTo("42\n");
        assertThat(send("GET", "/fn/acme/web-open", "", Optional.of(other)).body()).isEqualTo("42\n");
        assertThat(send("GET", "/fn/acme/web-open", "", Optional.of("mayfly_wrong")).body()).isEqualTo("42\n");
        assertThat(send("GET", "/fn/acme/web-key", "", Optional.of(acme)).body()).isEqualTo("42\n");
        isProblem(send("POST", "/v1/functions/web-link/link", "", Optional.of(key("acme", Scope.READ))), 403);
        isProblem(send("POST", "/v1/functions/web-link/link", "", Optional.of(other)), 404);
        String link = send("POST", "/v1/functions/web-link/link", "", Optional.of(acme)).body().replaceFirst(".*\"(/fn/[^\"]+)\".*", "$1");
        assertThat(send("GET", link, "", Optional.empty()).body()).isEqualTo("42\n");
        isProblem(send("DELETE", "/v1/functions/web-link/link", "", Optional.of(other)), 404);
        // who may not, cannot tell what is there from what is not
        for (String path : List.of("/fn/acme/web-key", "/fn/acme/web-link", "/fn/acme/web-link/guess", "/fn/acme/web-none", "/fn/nobody/web-key")) {
            isProblem(send("GET", path, "", Optional.empty()), 401);
            isProblem(send("GET", path, "", Optional.of(other)), 404);
        }
        for (String path : List.of("/fn/acme/web-key", "/fn/acme/web-none")) {
            isProblem(send("GET", path, "", Optional.of(key("acme", Scope.READ))), 404);
            isProblem(send("GET", path, "", Optional.of("mayfly_wrong")), 401);
        }
    }

    @Test
    void functionsAreTheirTenantsOwn() throws Exception {
        String acme = key("acme", Scope.EXECUTE);
        String path = "/v1/functions/own";
        String scheduled = PROGRAM.replaceFirst("\\{", "{\"schedule\": {\"cron\": \"@yearly\"}, ");
        assertThat(send("PUT", path, scheduled, Optional.of(acme)).statusCode()).isEqualTo(201);
        String reader = key("acme", Scope.READ);
        assertThat(send("GET", path, "", Optional.of(reader)).body()).contains("print(6*7)");
        for (String method : List.of("PUT", "DELETE")) {
            isProblem(send(method, path, method.equals("PUT") ? PROGRAM : "", Optional.of(reader)), 403);
        }
        isProblem(send("POST", path + "/executions", "{}", Optional.of(reader)), 403);
        isProblem(send("POST", path + "/rollback", "{\"version\": 1}", Optional.of(reader)), 403);
        String other = key("other", Scope.EXECUTE, Scope.READ, Scope.ADMIN);
        for (String each : List.of("/schedule/pause", "/schedule/resume")) {
            isProblem(send("POST", path + each, "", Optional.of(reader)), 403);
            isProblem(send("POST", path + each, "", Optional.of(other)), 404);
        }
        for (String each : List.of("", "/versions", "/versions/1", "/difference?from=1&to=1", "/schedule")) {
            isProblem(send("GET", path + each, "", Optional.of(other)), 404);
            isProblem(send("GET", path + each, "", Optional.empty()), 401);
        }
        assertThat(send("PUT", "/v1/secrets/OWN", "{\"value\": \"x\"}", Optional.of(acme)).statusCode()).isIn(201, 204);
        isProblem(send("PUT", "/v1/secrets/OWN", "{\"value\": \"x\"}", Optional.of(reader)), 403);
        assertThat(send("GET", "/v1/secrets", "", Optional.of(other)).body()).doesNotContain("OWN");
        isProblem(send("DELETE", "/v1/secrets/OWN", "", Optional.of(other)), 404);
        isProblem(send("DELETE", path, "", Optional.of(other)), 404);
        isProblem(send("POST", path + "/rollback", "{\"version\": 1}", Optional.of(other)), 404);
        isProblem(send("POST", path + "/executions", "{}", Optional.of(other)), 404);
        isProblem(send("POST", "/v1/executions", "{\"function\": \"own\"}", Optional.of(other)), 404);
        assertThat(send("GET", "/v1/functions", "", Optional.of(other)).body()).isEqualTo("{\"functions\":[]}");
        isProblem(send("GET", path + "/executions", "", Optional.of(other)), 404);
        // a name of the other's own is another function
        assertThat(send("PUT", path, PROGRAM.replace("6*7", "1"), Optional.of(other)).statusCode()).isEqualTo(201);
        assertThat(send("POST", path + "/executions", "{}", Optional.of(acme)).body()).contains("\"stdout\":\"42\\n\"");
    }

    @Test
    void wrongAndRevokedKeysStayOutside() throws Exception {
        ApiKey.Created created = keys.create("acme", Set.of(Scope.EXECUTE), Optional.empty());
        assertThat(run(Optional.of(created.token())).statusCode()).isEqualTo(200);
        keys.revoke(created.key().id());
        isProblem(run(Optional.of(created.token())), 401);
        for (String wrong : List.of("mayfly_", "mayfly_x", ApiKey.PREFIX + "0".repeat(12) + "_" + "A".repeat(43), "nonsense")) {
            isProblem(run(Optional.of(wrong)), 401);
        }
    }

    @Test
    void commandTakesTheKeyFromItsEnvironment() throws Exception {
        assertThat(command(Map.of("MAYFLY_API_KEY", key("acme", Scope.EXECUTE)))).isEqualTo("0 Hello from Python 3.13\n");
        assertThat(command(Map.of())).startsWith("2 mayfly: ").contains("set MAYFLY_API_KEY");
        assertThat(command(Map.of("MAYFLY_API_KEY", key("acme", Scope.READ)))).startsWith("2 mayfly: ").contains("scope execute");
    }

    private String command(Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder("./mayfly", "run", "runtimes/python/hello.py").redirectErrorStream(true);
        builder.environment().put("MAYFLY_URL", service.url().toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + " " + said;
    }

    @Test
    void openIdTokenComesInAsItsTenant() throws Exception {
        assertThat(run(Optional.of(provider.token("user-1", Map.of("scope", "openid execute", "tenant", "globex")))).statusCode()).isEqualTo(200);
        isProblem(run(Optional.of(provider.token("user-1", Map.of("scope", "openid read")))), 403);
        isProblem(run(Optional.of(provider.token("user-1", Map.of("scope", "execute", "tenant", "two words")))), 403);
        isProblem(run(Optional.of(provider.forgedToken("user-1", Map.of("scope", "execute")))), 401);
    }

    @Test
    void quotaIsReportedAndHeldForKeysAndTokensAlike() throws Exception {
        keys.allow("initech", new Quota(Optional.of(0.02), Optional.of(5), Optional.of(Duration.ofHours(1))));
        HttpResponse<String> first = run(Optional.of(key("initech", Scope.EXECUTE)));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("RateLimit-Policy")).contains("\"rate\";q=1;w=50, \"concurrency\";q=5, \"cpu-seconds\";q=3600;w=86400");
        assertThat(first.headers().firstValue("RateLimit")).hasValueSatisfying(left -> assertThat(left).startsWith("\"rate\";r=0;t=50, \"concurrency\";r="));
        HttpResponse<String> second = run(Optional.of(provider.token("user-2", Map.of("scope", "execute", "tenant", "initech"))));
        isProblem(second, 429);
        assertThat(second.body()).contains("quota-exceeded").contains("0.02 executions a second");
        assertThat(second.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 50L);
        assertThat(run(Optional.of(key("acme", Scope.EXECUTE))).statusCode()).isEqualTo(200);
    }

    @Test
    void serviceWithoutKeysListensToNobodyElse() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        try (var stranger = new ServiceProcess("test-stranger", folder, Map.of("QUARKUS_HTTP_HOST", "0.0.0.0"))) {
            assertThat(stranger.awaitEnd()).isNotZero();
        }
        assertThat(Files.readString(Path.of("target/test-stranger.log"))).contains("refusing to listen on 0.0.0.0").contains("mayfly keys create");
    }

    @Test
    void serviceThatHasAskedForKeysNeverStopsAskingForThem() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        try (var open = new ServiceProcess("test-open", folder).awaitReady()) {
            var file = new AccessFile(folder.resolve("access.json"));
            assertThat(open.execute(PROGRAM).statusCode()).isEqualTo(200);
            ApiKey.Created created = file.create("acme", Set.of(Scope.EXECUTE), Optional.empty());
            assertThat(open.execute(PROGRAM).statusCode()).isEqualTo(401);
            file.revoke(created.key().id());
            assertThat(open.execute(PROGRAM).statusCode()).isEqualTo(401);
            Files.delete(folder.resolve("access.json"));
            assertThat(open.execute(PROGRAM).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void webSocketAsksForAKeyToo() throws Exception {
        URI socket = URI.create(service.url().toString().replaceFirst("^http", "ws") + "/v1/executions/interactive");
        Throwable refusal = client.newWebSocketBuilder().buildAsync(socket, new WebSocket.Listener() {})
                .handle((opened, failure) -> failure instanceof CompletionException ? failure.getCause() : failure).get(20, TimeUnit.SECONDS);
        assertThat(refusal).isInstanceOfSatisfying(WebSocketHandshakeException.class,
                handshake -> assertThat(handshake.getResponse().statusCode()).isEqualTo(401));
    }
}
