package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.oci.ImageStore;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An operator has runtimes built over HTTP; only the tenant that one is for sees and uses it.
@NeedsRoot
class BuildDoorIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String NAME = "test-door";

    @TempDir
    static Path folder;

    private static ServiceProcess service;
    private static String operator;
    private static String alice;
    private static String bob;

    @BeforeAll
    static void start() throws Exception {
        var access = new AccessFile(folder.resolve("access.json"));
        operator = access.create("operator", Set.of(Scope.ADMIN, Scope.READ), Optional.empty()).token();
        alice = access.create("alice", Set.of(Scope.EXECUTE, Scope.READ), Optional.empty()).token();
        bob = access.create("bob", Set.of(Scope.EXECUTE, Scope.READ), Optional.empty()).token();
        service = new ServiceProcess("test-builds", ServiceProcess.lockFolder(), Map.of(
                "MAYFLY_ENGINE", "oci", "MAYFLY_ACCESS_FILE", folder.resolve("access.json").toString(), "MAYFLY_BUILT_RUNTIMES", folder.resolve("built").toString(),
                "MAYFLY_BUILDS_DOCKERFILES", "true")).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        var images = new ImageStore(OciSettings.IMAGES, Path.of("target/keeper"));
        for (String name : images.list().keySet()) {
            if (name.startsWith("mayfly/test-door")) {
                images.remove(name);
            }
        }
    }

    private static HttpResponse<String> send(String key, String method, String path, String body) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(service.url().resolve(path)).timeout(Duration.ofMinutes(5)).header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json").method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static String request(String command) {
        return JSON.createObjectNode().put("name", NAME).put("from", "bash").put("tenant", "alice").put("dockerfile", "ARG BASE\nFROM ${BASE}\nRUN " + command + "\n").toString();
    }

    private static String build(String command) throws Exception {
        HttpResponse<String> accepted = send(operator, "POST", "/v1/builds", request(command));
        String id = json(accepted, 202).path("buildId").asText();
        assertThat(accepted.headers().firstValue("Location")).contains("/v1/builds/" + id);
        return id;
    }

    /// Its log, to its end.
    private static String events(String id) throws Exception {
        return send(operator, "GET", "/v1/builds/" + id + "/events", "").body();
    }

    private static HttpResponse<String> run(String key) throws Exception {
        return send(key, "POST", "/v1/executions", "{\"runtime\": \"%s\", \"code\": \"cat /word\"}".formatted(NAME));
    }

    private static String printed() throws Exception {
        HttpResponse<String> answer = run(alice);
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()).path("stdout").asText() : "";
    }

    @Test
    void runtimeIsBuiltForOneTenantRolledBackAndRemoved() throws Exception {
        String first = build("echo building; echo one > /word");
        String log = events(first);
        assertThat(log).contains("event:log", "building mayfly/test-door:", "running its hello in a sandbox", "event:ended");
        JsonNode built = json(send(operator, "GET", "/v1/builds/" + first, ""), 200);
        assertThat(built.path("state").asText()).as(log).isEqualTo("succeeded");
        assertThat(built.path("requestedBy").asText()).isEqualTo("operator");
        assertThat(built.path("runtime").asText()).isEqualTo("test-door:5.2");
        assertThat(built.path("cached").asBoolean(true)).isFalse();
        // what has succeeded serves, and serves nobody else
        assertThat(printed()).isEqualTo("one\n");
        HttpResponse<String> foreign = run(bob);
        assertThat(json(foreign, 422).path("type").asText()).isEqualTo("/problems/unknown-runtime");
        assertThat(foreign.body()).doesNotContain("test-door:");
        assertThat(send(alice, "GET", "/v1/runtimes", "").body()).contains("test-door");
        assertThat(send(bob, "GET", "/v1/runtimes", "").body()).doesNotContain("test-door");
        // a broken one changes nothing
        String broken = build("echo no such package; false");
        assertThat(events(broken)).contains("no such package");
        JsonNode failed = json(send(operator, "GET", "/v1/builds/" + broken, ""), 200);
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("error").asText()).contains("the image does not build");
        assertThat(printed()).isEqualTo("one\n");
        // the next one rolls in, and back
        String second = build("echo two > /word");
        events(second);
        assertThat(printed()).isEqualTo("two\n");
        assertThat(send(operator, "POST", "/v1/runtimes/test-door/rollback", "").statusCode()).isEqualTo(204);
        await().atMost(Duration.ofSeconds(60)).until(() -> printed().equals("one\n"));
        assertThat(send(operator, "POST", "/v1/runtimes/test-door/rollback", "").statusCode()).isEqualTo(404);
        assertThat(json(send(operator, "GET", "/v1/builds", ""), 200).path("builds")).hasSize(3);
        assertThat(send(operator, "DELETE", "/v1/runtimes/test-door", "").statusCode()).isEqualTo(204);
        await().atMost(Duration.ofSeconds(60)).until(() -> run(alice).statusCode() == 422);
        // a cancelled one was never there
        String slow = build("sleep 1000");
        assertThat(json(send(operator, "DELETE", "/v1/builds/" + slow, ""), 200).path("state").asText()).isIn("running", "cancelled");
        assertThat(events(slow)).contains("\"state\":\"cancelled\"");
    }

    @Test
    void onlyAnOperatorBuilds() throws Exception {
        for (String path : new String[] {"/v1/builds", "/v1/runtimes/bash/rollback"}) {
            assertThat(json(send(alice, "POST", path, request("true")), 403).path("type").asText()).isEqualTo("/problems/forbidden");
        }
        assertThat(send(alice, "DELETE", "/v1/runtimes/bash", "").statusCode()).isEqualTo(403);
        assertThat(send(alice, "GET", "/v1/builds", "").statusCode()).isEqualTo(403);
        assertThat(send(operator, "DELETE", "/v1/runtimes/bash", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "{}                                                                 | 400 | name",
        "{\"name\": \"x\", \"from\": \"bash\"}                              | 400 | pip",
        "{\"name\": \"x\", \"from\": \"bash\", \"apk\": []}                 | 400 | apk",
        "{\"name\": \"x\", \"from\": \"bash\", \"apt\": \"tree\"}           | 400 | apt",
        "{\"name\": \"x\", \"from\": \"cobol\", \"apt\": [\"tree\"]}        | 400 | from",
        "{\"name\": \"bash\", \"from\": \"bash\", \"apt\": [\"tree\"]}      | 400 | name",
        "{\"name\": \"x\", \"from\": \"python\", \"pip\": \"-r /etc/passwd\"}| 400 | pip",
        "{\"name\": \"x\", \"from\": \"node\", \"npm\": {}}                 | 400 | npm",
        "{\"name\": \"x\", \"from\": \"node\", \"npmLock\": {}}             | 400 | npmLock",
        "{\"name\": \"x\", \"from\": \"bash\", \"apt\": [\"tree\"]}         | 501 | ",
    })
    void whatCannotBeBuiltIsRefusedByItsField(String body, int status, @org.jspecify.annotations.Nullable String field) throws Exception {
        JsonNode problem = json(send(operator, "POST", "/v1/builds", body), status);
        assertThat(problem.path("field").asText()).isEqualTo(field == null ? "" : field.strip());
    }
}
