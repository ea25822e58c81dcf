package dev.mayfly.http.codapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.NpmProject;
import dev.mayfly.testing.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// codapi's widget, as it is on npm (`src/test/clients`), in pages of a listed origin and of another one.
@NeedsRoot
class CodapiIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String LISTED = "https://docs.example.com";
    private static final String FOREIGN = "https://evil.example";

    private static ServiceProcess service;
    private static NpmProject clients;

    @BeforeAll
    static void start() throws Exception {
        clients = new NpmProject(Path.of("service/src/test/clients"), "codapi-clients");
        service = new ServiceProcess("test-codapi", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_HTTP_ALLOWED_ORIGINS", LISTED)).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static JsonNode widget(String origin) throws Exception {
        return JSON.readTree(clients.npm("run", "--silent", "codapi", "--", service.url().toString(), origin));
    }

    @Test
    void widgetInAPageOfAListedOriginRuns() throws Exception {
        JsonNode all = widget(LISTED);
        assertThat(all.at("/python/ok").asBoolean()).as("%s", all.path("python")).isTrue();
        assertThat(all.at("/python/stdout").asText()).isEqualTo("hello\n");
        assertThat(all.at("/python/stderr").asText()).isEmpty();
        assertThat(all.at("/python/duration").isIntegralNumber()).isTrue();
        assertThat(all.at("/python/id").asText()).hasSize(26);
        assertThat(all.at("/javascript/stdout").asText()).as("%s", all.path("javascript")).isEqualTo("required\n");
        assertThat(all.at("/version/stdout").asText()).isEqualTo("(3, 13)\n");
        assertThat(all.at("/binary/stdout").asText()).isEqualTo("b'\\x00\\xff'\n");
        assertThat(all.at("/failing/ok").asBoolean(true)).isFalse();
        assertThat(all.at("/failing/stderr").asText()).isEqualTo("no\nmayfly: exit code 1\n");
        for (String wrong : new String[] {"unknown", "command"}) {
            assertThat(all.path(wrong).path("ok").asBoolean(true)).isFalse();
            assertThat(all.path(wrong).path("stderr").asText()).isEqualTo("404 - Unknown sandbox or command.");
        }
    }

    @Test
    void widgetInAnotherPageDoesNot() throws Exception {
        for (JsonNode result : widget(FOREIGN)) {
            assertThat(result.path("ok").asBoolean(true)).isFalse();
            assertThat(result.path("stderr").asText()).startsWith("403 - ");
        }
    }

    private static HttpResponse<String> ask(String method, String origin, String body, String... headers) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(service.url().resolve("/v1/exec")).headers(headers).header("Origin", origin).header("Sec-Fetch-Site", "cross-site")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    @Test
    void browserIsAnsweredBeforeAndWithItsRequest() throws Exception {
        String[] preflight = {"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"};
        HttpResponse<String> allowed = ask("OPTIONS", LISTED, "", preflight);
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).contains(LISTED);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Headers")).hasValueSatisfying(names -> assertThat(names).containsIgnoringCase("content-type"));
        HttpResponse<String> refused = ask("OPTIONS", FOREIGN, "", preflight);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        // an error, too, must be one that the page may read
        HttpResponse<String> wrong = ask("POST", LISTED, "{", "Content-Type", "application/json");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.headers().firstValue("Access-Control-Allow-Origin")).contains(LISTED);
        assertThat(JSON.readTree(wrong.body()).path("stderr").asText()).startsWith("the body is not JSON");
        assertThat(JSON.readTree(wrong.body()).path("ok").asBoolean(true)).isFalse();
    }
}
