package dev.mayfly.http.piston;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever refuses a request, Piston's clients find a `message`; and what they send as text/plain no page can.
class PistonErrorsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String LISTED = "https://docs.example.com";
    private static final String PROGRAM = "{\"language\": \"python\", \"version\": \"*\", \"files\": [{\"content\": \"1\"}]}";
    private static final Map<String, String> NO_ENGINE = Map.of("MAYFLY_ENGINE", "docker", "MAYFLY_DOCKER_HOST", "unix:///nowhere/docker.sock",
            "MAYFLY_EXECUTION_MAX_BODY_MIB", "1", "MAYFLY_HTTP_ALLOWED_ORIGINS", LISTED, "MAYFLY_QUOTA_RATE_PER_SECOND", "0.01");

    private static ServiceProcess open;
    private static ServiceProcess keyed;
    private static String runner;
    private static String reader;

    @BeforeAll
    static void start() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        var access = new AccessFile(folder.resolve("access.json"));
        runner = access.create("runner", Set.of(Scope.EXECUTE), Optional.empty()).token();
        reader = access.create("reader", Set.of(Scope.READ), Optional.empty()).token();
        keyed = new ServiceProcess("test-piston-keyed", folder, NO_ENGINE).awaitLive();
        open = new ServiceProcess("test-piston-open", ServiceProcess.lockFolder(), NO_ENGINE).awaitLive();
    }

    @AfterAll
    static void stop() throws Exception {
        open.close();
        keyed.close();
    }

    private static HttpResponse<String> send(ServiceProcess to, String method, String path, String body, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(to.url().resolve(path)).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> isMessage(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).as(answer.body()).hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body).as(answer.body()).hasSize(1);
        assertThat(body.path("message").asText()).as(answer.body()).isNotBlank();
        return answer;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', nullValues = "-", value = {
        "400 | POST   | /api/v2/execute        | application/json | {",
        "400 | POST   | /api/v2/execute        | application/json | []",
        "400 | POST   | /api/v2/execute        | application/json | {}",
        "400 | POST   | /api/v2/piston/execute | application/json | {}",
        "400 | POST   | /api/v2/execute        | text/plain       | {}",
        "400 | POST   | /api/v2/execute        | application/json | {\"language\": \"cobol\", \"version\": \"*\"}",
        "400 | GET    | /api/v2/runtimes?x=1   | text/plain       | !!",
        "400 | GET    | /api/v2/piston/runtimes?x=1 | text/plain       | !!",
        "404 | GET    | /api/v2/nothing        | text/plain       | !!",
        "404 | GET    | /api/v2/piston/nothing | text/plain       | !!",
        "405 | GET    | /api/v2/execute        | text/plain       | !!",
        "405 | POST   | /api/v2/packages       | application/json | {}",
        "405 | DELETE | /api/v2/packages       | text/plain       | !!",
        "415 | POST   | /api/v2/execute        | application/xml  | {}",
        "415 | POST   | /api/v2/execute        | text/plain; charset=latin1 | {}",
        "426 | GET    | /api/v2/connect        | text/plain       | !!",
        "426 | GET    | /api/v2/piston/connect | text/plain       | !!"})
    void refusalIsAMessage(int status, String method, String path, String type, String body) throws Exception {
        isMessage(send(open, method, path, body, "Content-Type", type), status);
    }

    @Test
    void refusalOfTheDoorIsAMessage() throws Exception {
        for (String path : new String[] {"/api/v2/runtimes", "/api/v2/piston/runtimes", "/api//v2/x/../piston/runtimes", "/api/v2/connect", "/api/v2/piston/connect"}) {
            isMessage(send(open, "GET", path, "", "Origin", "https://evil.example"), 403);
        }
        isMessage(send(open, "GET", "/api/v2/runtimes", "", "Accept", "text/html"), 406);
        isMessage(send(open, "POST", "/api/v2/execute", " ".repeat(2 << 20), "Content-Type", "application/json"), 413);
    }

    @Test
    void refusalOfACallerIsAMessage() throws Exception {
        assertThat(isMessage(send(keyed, "GET", "/api/v2/runtimes", ""), 401).headers().firstValue("WWW-Authenticate")).contains("Bearer");
        isMessage(send(keyed, "POST", "/api/v2/execute", PROGRAM, "Content-Type", "application/json"), 401);
        isMessage(send(keyed, "POST", "/api/v2/execute", PROGRAM, "Content-Type", "application/json", "Authorization", "Bearer " + runner + "x"), 401);
        isMessage(send(keyed, "POST", "/api/v2/execute", PROGRAM, "Content-Type", "application/json", "Authorization", "Bearer " + reader), 403);
        assertThat(send(keyed, "GET", "/api/v2/runtimes", "", "Authorization", "Bearer " + reader).statusCode()).isEqualTo(200);
    }

    @Test
    void callerLearnsWhenToComeBack() throws Exception {
        String[] headers = {"Content-Type", "application/json", "Authorization", "Bearer " + runner};
        HttpResponse<String> unavailable = isMessage(send(keyed, "POST", "/api/v2/execute", PROGRAM, headers), 503);
        assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();
        HttpResponse<String> tooMany = send(keyed, "POST", "/api/v2/execute", PROGRAM, headers);
        assertThat(isMessage(tooMany, 429).headers().firstValue("Retry-After")).isPresent();
        assertThat(tooMany.headers().firstValue("RateLimit")).isPresent();
    }

    @Test
    void pageCannotSendTextWithoutAKey() throws Exception {
        // given an origin that may use the service, and the service's own
        String own = open.url().toString();
        for (String origin : new String[] {LISTED, own}) {
            isMessage(send(open, "POST", "/api/v2/execute", "{}", "Content-Type", "text/plain", "Origin", origin), 415);
            isMessage(send(open, "POST", "/api/v2/execute", "{}", "Content-Type", "application/json", "Origin", origin), 400);
        }
        // with a key, which a page cannot send without asking first
        isMessage(send(keyed, "POST", "/api/v2/execute", "{}", "Content-Type", "text/plain", "Origin", LISTED, "Authorization", "Bearer " + runner), 400);
        // and nowhere else
        assertThat(send(open, "POST", "/v1/executions", "{}", "Content-Type", "text/plain").statusCode()).isEqualTo(415);
        assertThat(send(open, "POST", "/v1/exec", "{}", "Content-Type", "text/plain").statusCode()).isEqualTo(415);
    }

    @Test
    void ourOwnPathsKeepTheirProblems() throws Exception {
        HttpResponse<String> problem = send(open, "GET", "/v1/nothing", "");
        assertThat(problem.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(send(open, "GET", "/openapi?format=json", "").body()).doesNotContain("/api/v2", "/v1/exec\"");
    }
}
