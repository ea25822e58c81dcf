package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.execution.Quota;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.NpmProject;
import dev.mayfly.testing.OidcProvider;
import dev.mayfly.testing.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Unmodified clients of the Model Context Protocol (`src/test/mcp`) use the service, over HTTP and over the command;
/// and what is refused has the protocol's form.
@NeedsRoot
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpDoorIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PING = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}";

    private NpmProject clients;
    private OidcProvider provider;
    private AccessFile keys;
    private String alice;
    private String bob;
    private ServiceProcess service;

    @BeforeAll
    void start() throws Exception {
        clients = new NpmProject(Path.of("service/src/test/mcp"), "mcp-clients");
        Path locks = ServiceProcess.lockFolder();
        keys = new AccessFile(locks.resolve("access.json"));
        alice = key("alice", Scope.EXECUTE);
        bob = key("bob", Scope.EXECUTE);
        provider = new OidcProvider();
        service = new ServiceProcess("test-mcp", locks, Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_EXECUTION_MAX_BODY_MIB", "1",
                "QUARKUS_OIDC_TENANT_ENABLED", "true", "QUARKUS_OIDC_AUTH_SERVER_URL", provider.url().toString())).awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
        provider.close();
    }

    private String key(String tenant, Scope... scopes) throws IOException {
        return keys.create(tenant, Set.of(scopes), Optional.empty()).token();
    }

    private HttpResponse<String> post(String key, String message, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(service.url().resolve("/mcp")).header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(message));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        for (int header = 0; header < headers.length; header += 2) {
            request.setHeader(headers[header], headers[header + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /// @param outputs patterns of files to bring back
    private static String call(String code, String... outputs) {
        ObjectNode message = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 7).put("method", "tools/call");
        ObjectNode arguments = message.putObject("params").put("name", "run_code").putObject("arguments").put("language", "bash").put("code", code);
        List.of(outputs).forEach(arguments.putArray("outputs")::add);
        return message.toString();
    }

    private static JsonNode result(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("result");
    }

    private static void isError(HttpResponse<String> answer, int status, int code) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(error.path("error").path("code").asInt()).as(answer.body()).isEqualTo(code);
        assertThat(error.path("error").path("message").asText()).isNotBlank();
    }

    private long cancelled() throws IOException {
        return service.log().lines().filter(line -> line.contains("outcome=Cancelled")).count();
    }

    @ParameterizedTest
    @CsvSource({"sdk, http", "legacy, http", "auto, http", "pin, http", "sdk, stdio", "legacy, stdio", "auto, stdio", "pin, stdio"})
    void clientsListToolsRunProgramsReadFilesHearProgressAndTakeBack(String client, String transport) throws Exception {
        long before = cancelled();
        assertThat(clients.npm(Map.of("MAYFLY_API_KEY", alice), "run", "--silent", "client", "--", client, transport, service.url().toString(), new File("mayfly").getAbsolutePath()))
                .isEqualTo("all is well\n");
        await().atMost(Duration.ofSeconds(60)).until(() -> cancelled() == before + 1);
    }

    @Test
    void clientThatClosesTheStreamEndsItsProgram() throws Exception {
        long before = cancelled();
        String message = call("echo begun; sleep 1000").replaceFirst("\"params\":\\{", "\"params\":{\"_meta\":{\"progressToken\":1},")
                .replaceFirst("\"arguments\":\\{", "\"arguments\":{\"limits\":{\"wallTimeMs\":300000},");
        HttpRequest request = HttpRequest.newBuilder(service.url().resolve("/mcp")).header("Content-Type", "application/json").header("Authorization", "Bearer " + alice)
                .header("Accept", "application/json, text/event-stream").POST(BodyPublishers.ofString(message)).build();
        try (var body = HTTP.send(request, BodyHandlers.ofInputStream()).body()) {
            var heard = new StringBuilder();
            while (!heard.toString().contains("begun")) {
                heard.append((char) body.read());
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> cancelled() == before + 1);
    }

    @Test
    void resourcesAreTheirTenantsOwn() throws Exception {
        JsonNode files = result(post(alice, call("echo mine > a.txt", "a.txt"))).path("structuredContent").path("files");
        String read = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/read\", \"params\": {\"uri\": \"%s\"}}".formatted(files.path(0).path("uri").asText());
        assertThat(result(post(alice, read)).path("contents").path(0).path("text").asText()).isEqualTo("mine\n");
        isError(post(bob, read), 200, -32002);
        assertThat(result(post(bob, PING.replace("ping", "resources/list"))).path("resources")).isEmpty();
    }

    @Test
    void clientsBeforeLinksGetTheAddressAsText() throws Exception {
        JsonNode content = result(post(alice, call("echo x > a.txt", "a.txt"), "MCP-Protocol-Version", "2025-03-26")).path("content");
        assertThat(content.findValuesAsText("type")).containsExactly("text", "text");
        assertThat(content.path(1).path("text").asText()).startsWith("files/a.txt: mayfly://executions/");
    }

    @Test
    void quotaIsARefusalThatSaysWhenToComeBack() throws Exception {
        keys.allow("carol", new Quota(Optional.of(0.01), Optional.empty(), Optional.empty()));
        String carol = key("carol", Scope.EXECUTE);
        assertThat(result(post(carol, call("true"))).path("isError").asBoolean(true)).isFalse();
        JsonNode refused = result(post(carol, call("true")));
        assertThat(refused.path("isError").asBoolean()).isTrue();
        assertThat(refused.path("content").path(0).path("text").asText()).matches("the tenant's quota: .*; try again in \\d+ s");
    }

    @Test
    void bytesThatAreNoTextAreKeptWhole() throws Exception {
        JsonNode whole = result(post(alice, call("head -c 30000 /dev/zero | tr '\\0' '\\377'"))).path("structuredContent");
        String read = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/read\", \"params\": {\"uri\": \"%s\"}}".formatted(whole.path("stdoutUri").asText());
        assertThat(result(post(alice, read)).path("contents").path(0).path("blob").asText()).startsWith("/////").hasSize(40_000);
    }

    @Test
    void whatIsRefusedIsAnErrorOfTheProtocol() throws Exception {
        isError(post(alice, "{"), 400, -32700);
        isError(post(alice, "[%s]".formatted(PING)), 400, -32600);
        isError(post(alice, PING.replace("ping", "tasks/list")), 200, -32601);
        isError(post(alice, PING.replace("ping", "tools/call")), 200, -32602);
        isError(post("", PING), 401, -32000);
        isError(post("mayfly_unknown", PING), 401, -32000);
        isError(post(key("reader", Scope.READ), PING), 403, -32000);
        isError(post(alice, PING, "Origin", "https://evil.example"), 403, -32000);
        isError(post(alice, PING, "Content-Type", "text/plain"), 415, -32000);
        isError(post(alice, PING.replace("ping", "x".repeat(1 << 20))), 413, -32000);
        isError(post(alice, PING, "MCP-Protocol-Version", "2026-07-28"), 400, -32602);
        HttpResponse<String> get = HTTP.send(HttpRequest.newBuilder(service.url().resolve("/mcp")).header("Authorization", "Bearer " + alice).build(), BodyHandlers.ofString(UTF_8));
        isError(get, 405, -32000);
        assertThat(get.headers().firstValue("Allow")).contains("OPTIONS, POST");
        isError(HTTP.send(HttpRequest.newBuilder(service.url().resolve("/mcp/x")).build(), BodyHandlers.ofString()), 404, -32601);
    }

    @Test
    void unknownMethodHasAStatusSinceThereAreNoSessions() throws Exception {
        String message = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tasks/list\", \"params\": {\"_meta\": {\"%s\": \"2026-07-28\", \"%s\": {}}}}"
                .formatted(Negotiation.VERSION, Negotiation.CAPABILITIES);
        isError(post(alice, message, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tasks/list"), 404, -32601);
    }

    @Test
    void clientWithoutAKeyFindsWhereToGetAToken() throws Exception {
        String address = post("", PING).headers().firstValue("WWW-Authenticate").orElse("");
        assertThat(address).isEqualTo("Bearer resource_metadata=\"%s\"", service.url().resolve("/.well-known/oauth-protected-resource/mcp"));
        JsonNode metadata = JSON.readTree(service.get("/.well-known/oauth-protected-resource/mcp").body());
        assertThat(metadata.path("resource").asText()).isEqualTo(service.url() + "/mcp");
        assertThat(metadata.path("authorization_servers").path(0).asText()).isEqualTo(provider.url().toString());
        assertThat(service.post("/v1/executions", "{}").headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
}
