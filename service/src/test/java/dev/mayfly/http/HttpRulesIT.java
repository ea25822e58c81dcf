package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.RawClient;
import dev.mayfly.testing.ServiceProcess;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP as RFC 9110 and 9112 have it: every refusal is a problem that explains itself, and says what the RFCs ask for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpRulesIT {
    private static final Map<String, String> NO_ENGINE = Map.of("MAYFLY_DOCKER_HOST", "unix:///nowhere/docker.sock");
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final Pattern CLASS_NAME = Pattern.compile("\\b(java|javax|jakarta|io|org|com|dev)(\\.[a-z0-9_]+)+\\.[A-Z]\\w+|Exception\\b");

    private ServiceProcess service;
    private ServiceProcess keyed;
    private final Set<String> types = new TreeSet<>();
    private final StringBuilder answers = new StringBuilder();

    /// @param body as ISO 8859-1
    private record Answer(int status, String head, String body) {
        Optional<String> header(String name) {
            Matcher line = Pattern.compile("(?im)^%s: (.*)$".formatted(name)).matcher(head);
            return line.find() ? Optional.of(line.group(1)) : Optional.empty();
        }

        JsonNode json() throws Exception {
            return new ObjectMapper().readTree(body.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @BeforeAll
    void start() throws Exception {
        service = new ServiceProcess("test-manners", ServiceProcess.lockFolder(), NO_ENGINE).awaitLive();
        Path folder = ServiceProcess.lockFolder();
        var _ = new AccessFile(folder.resolve("access.json")).create("acme", Set.of(Scope.EXECUTE), Optional.empty());
        keyed = new ServiceProcess("test-manners-keyed", folder, NO_ENGINE).awaitLive();
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        keyed.close();
    }

    @AfterEach
    void noAnswerNamesAClassAndEveryTypeLeadsToItsPage() throws Exception {
        assertThat(CLASS_NAME.matcher(answers).results().map(match -> answers.substring(Math.max(0, match.start() - 100), match.end()))).isEmpty();
        for (String type : types) {
            Answer page = get(type, "");
            assertThat(page.status()).as(type).isEqualTo(200);
            assertThat(page.header("Content-Type")).as(type).hasValueSatisfying(value -> assertThat(value).startsWith("text/html"));
            assertThat(page.body()).contains(type);
        }
        types.clear();
        answers.setLength(0);
    }

    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

    private Answer send(ServiceProcess to, String request) throws Exception {
        try (var client = new RawClient(to.url())) {
            client.send(request);
            String head = client.readHead();
            boolean bodiless = request.startsWith("HEAD ") || head.startsWith("HTTP/1.1 204") || head.startsWith("HTTP/1.1 101");
            Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
            var answer = new Answer(Integer.parseInt(head.substring(9, 12)), head, bodiless ? "" : length.find() ? client.read(Integer.parseInt(length.group(1))) : client.readAll());
            answers.append(answer.head()).append(answer.body());
            return answer;
        }
    }

    private Answer ask(String method, String path, String headers, String body) throws Exception {
        return send(service, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n%s"
                .formatted(method, path, headers, body.isEmpty() ? "" : "Content-Length: %d\r\n".formatted(body.length()), body));
    }

    private Answer get(String path, String headers) throws Exception {
        return ask("GET", path, headers, "");
    }

    private Answer post(String headers, String body) throws Exception {
        return ask("POST", "/v1/executions", headers, body);
    }

    private void isProblem(Answer answer, int status, String kind) throws Exception {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as("%s", answer).contains("application/problem+json");
        assertThat(answer.header("Date")).as("%s", answer).isPresent();
        assertThat(answer.json().get("type").asText()).isEqualTo("/problems/" + kind);
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.json().get("title").asText()).isNotBlank();
        assertThat(answer.json().get("detail").asText()).isNotBlank();
        types.add(answer.json().get("type").asText());
    }

    @Test
    void otherMethodGetsTheOnesThatThereAre() throws Exception {
        JsonNode paths = new ObjectMapper().readTree(get("/openapi?format=json", "").body()).get("paths");
        assertThat(paths).hasSizeGreaterThan(9);
        for (var path : paths.properties()) {
            Set<String> methods = new TreeSet<>(List.of("HEAD", "OPTIONS"));
            path.getValue().fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
            if (!methods.contains("GET")) {
                methods.remove("HEAD");
            }
            String url = path.getKey().replaceAll("\\{[^}]+}", "x");
            for (String method : List.of("PATCH", "PUT", "TRACE", "FOO").stream().filter(other -> !methods.contains(other)).toList()) {
                Answer refused = ask(method, url, "", "");
                isProblem(refused, 405, "method-not-allowed");
                assertThat(Set.of(refused.header("Allow").orElseThrow().split(", "))).as("%s %s", method, url).isEqualTo(methods);
            }
            Answer options = ask("OPTIONS", url, "", "");
            assertThat(options.status()).isEqualTo(204);
            assertThat(Set.of(options.header("Allow").orElseThrow().split(", "))).isEqualTo(methods);
        }
        for (String operators : List.of("/health", "/health/live", "/health/ready", "/metrics", "/openapi")) {
            Answer refused = ask("POST", operators, JSON, "{}");
            isProblem(refused, 405, "method-not-allowed");
            assertThat(refused.header("Allow")).contains("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void everyAnswerHasItsDate() throws Exception {
        for (String path : List.of("/v1/runtimes", "/v1/nothing", "/nothing", "/health/live", "/metrics", "/openapi", "/problems")) {
            String date = get(path, "").header("Date").orElseThrow();
            Instant sent = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            assertThat(sent).as(path).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
            assertThat(date).matches("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/openapi/nothing", "/v1/nothing", "/v1/runtimes/x/y", "/problems/nothing", "/schema/nothing", "/v1/executions/x/y/z"})
    void unknownPathIsAProblem(String path) throws Exception {
        isProblem(get(path, ""), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: application/json, text/plain\r\n", "Content-Type: application/json, application/json\r\n",
            "Content-Type: application/json\r\nContent-Type: application/json\r\n", "Content-Type: application/json; charset=\r\n", "Content-Type: json\r\n",
            "Content-Type: application/json\r\nAccept: json\r\n", "Content-Type: application/json\r\nAccept: application/json;q=\r\n",
            "Content-Type: application/json\r\nAccept: application/json;q=x\r\n", "Content-Type: application/json\r\nHost: localhost\r\n"})
    void malformedHeaderIsAProblem(String headers) throws Exception {
        isProblem(post(headers, "{}"), 400, "malformed-request");
    }

    @Test
    void bodyInAnotherCodingOrCharsetIsRefused() throws Exception {
        Answer coded = post(JSON + "Content-Encoding: gzip\r\n", "{}");
        isProblem(coded, 415, "unsupported-media-type");
        assertThat(coded.header("Accept-Encoding")).contains("identity");
        isProblem(post("Content-Type: application/json; charset=utf-16\r\n", "{}"), 415, "unsupported-media-type");
    }

    @Test
    void typesThatAreNotWantedAreNotSent() throws Exception {
        isProblem(get("/v1/runtimes", "Accept: application/json;q=0\r\n"), 406, "not-acceptable");
        isProblem(get("/v1/runtimes", "Accept: application/json;q=0, */*\r\n"), 406, "not-acceptable");
        isProblem(get("/v1/runtimes", "Accept: image/png\r\n"), 406, "not-acceptable");
        assertThat(get("/v1/runtimes", "Accept: image/png, application/*;q=0.1\r\n").status()).isEqualTo(200);
        assertThat(get("/v1/runtimes", "Accept: text/html;q=0, */*\r\n").status()).isEqualTo(200);
    }

    @Test
    void tooLongLinesAreProblems() throws Exception {
        isProblem(get("/" + "x".repeat(9000), ""), 414, "uri-too-long");
        isProblem(get("/v1/runtimes", "X: %s\r\n".formatted("y".repeat(20_000))), 431, "headers-too-large");
    }

    @Test
    void requestWithoutHostIsAProblem() throws Exception {
        isProblem(send(service, "GET /v1/runtimes HTTP/1.1\r\n\r\n"), 400, "malformed-request");
        assertThat(send(service, "GET /health/live HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
    }

    @Test
    void refusalOutsideOfTheResourcesIsAProblemToo() throws Exception {
        for (String path : List.of("/metrics", "/v1/runtimes", "/v1/executions")) {
            Answer answer = send(keyed, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path));
            isProblem(answer, 401, "unauthorized");
            assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
        }
        isProblem(send(keyed, RawClient.WEBSOCKET_REQUEST), 401, "unauthorized");
    }

    @ParameterizedTest
    @CsvSource({"/v1/executions?colour=1, colour", "/v1/executions?limit=, limit", "/v1/executions?limit=1&limit=2, limit", "/v1/executions?cursor=x, cursor",
            "/v1/executions?cursor=, cursor", "/v1/webhooks/deliveries?cursor=%00, cursor", "/v1/webhooks/deliveries?batch=x, batch", "/v1/runtimes?x, x",
            "/v1/executions/x?limit=1, limit", "/v1/executions?state, state"})
    void unknownAndWrongQueryParametersAreNamed(String path, String field) throws Exception {
        Answer answer = get(path, "");
        isProblem(answer, 400, "invalid-submission");
        assertThat(answer.json().get("field").asText()).isEqualTo(field);
    }

    @Test
    void answersAreCompressedForWhoWantsIt() throws Exception {
        for (String path : List.of("/v1/runtimes", "/openapi", "/metrics")) {
            Answer plain = get(path, "");
            assertThat(plain.header("Content-Encoding").orElse("identity")).isEqualTo("identity");
            try (var client = new RawClient(service.url())) {
                client.send("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n".formatted(path));
                assertThat(client.readHead().toLowerCase(Locale.ROOT)).contains("content-encoding: gzip");
                byte[] body = client.readAll().getBytes(StandardCharsets.ISO_8859_1);
                // behind a chunk's length
                int start = new String(body, StandardCharsets.ISO_8859_1).indexOf("\u001f\u008b");
                assertThat(new GZIPInputStream(new ByteArrayInputStream(body, start, body.length - start)).read()).isPositive();
            }
        }
    }

    @Test
    void connectionIsUsedAgainAfterARefusal() throws Exception {
        try (var client = new RawClient(service.url())) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /v1/executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
                String head = client.readHead();
                assertThat(head).startsWith("HTTP/1.1 415");
                Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
                assertThat(length.find()).isTrue();
                client.read(Integer.parseInt(length.group(1)));
            }
        }
    }

    @Test
    void idleConnectionsGoButAnOpenWebSocketStays() throws Exception {
        var environment = new LinkedHashMap<>(NO_ENGINE);
        environment.put("QUARKUS_HTTP_IDLE_TIMEOUT", "1S");
        Duration patience = Duration.ofSeconds(60);
        try (var impatient = new ServiceProcess("test-manners-idle", ServiceProcess.lockFolder(), environment).awaitLive();
                var socket = new RawClient(impatient.url(), patience);
                var silent = new RawClient(impatient.url(), patience);
                var halfAsked = new RawClient(impatient.url(), patience);
                var asked = new RawClient(impatient.url(), patience)) {
            socket.send(RawClient.WEBSOCKET_REQUEST);
            assertThat(socket.readHead()).startsWith("HTTP/1.1 101");
            halfAsked.send("GET /v1/runtimes HTTP/1.1\r\nHost: local");
            asked.send("GET /v1/runtimes HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(asked.readAll()).startsWith("HTTP/1.1 200").doesNotContain("timed out");
            assertThat(halfAsked.readAll()).doesNotContain("timed out");
            assertThat(silent.readAll()).doesNotContain("timed out");
            socket.send(new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0}); // a ping
            assertThat(socket.read(2)).isEqualTo("\u008a\u0000");
        }
    }

    private static final String REQUEST = "GET /v1/runtimes HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static RawClient from(String address, ServiceProcess service) throws Exception {
        return new RawClient(service.url(), InetAddress.getByName(address));
    }

    /// Open and in use.
    private static RawClient served(String address, ServiceProcess service) throws Exception {
        RawClient client = from(address, service);
        client.send(REQUEST);
        assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        return client;
    }

    @Test
    void oneAddressCannotTakeAllConnections() throws Exception {
        int most = 5;
        var environment = new LinkedHashMap<>(NO_ENGINE);
        environment.put("MAYFLY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", String.valueOf(most));
        List<RawClient> open = new ArrayList<>();
        try (var guarded = new ServiceProcess("test-manners-connections", ServiceProcess.lockFolder(), environment).awaitLive()) {
            // given an address that has as many as it may
            for (int i = 0; i < most; i++) {
                open.add(served("127.0.0.2", guarded));
            }
            // then its next one is closed unread, others are served, and those that it has are of use
            try (var tooMany = from("127.0.0.2", guarded)) {
                assertThat(tooMany.readAll()).doesNotContain("HTTP", "timed out");
            }
            served("127.0.0.3", guarded).close();
            open.getLast().send(REQUEST);
            // when one goes, then another may come
            open.removeFirst().close();
            await().untilAsserted(() -> served("127.0.0.2", guarded).close());
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void whatIsNotHttpIsAProblem() throws Exception {
        String json = "POST /v1/executions HTTP/1.1\r\nHost: localhost\r\n" + JSON;
        for (String request : List.of(
                json + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                json + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                json + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001\r\n\r\n")) {
            isProblem(send(service, request), 400, "malformed-request");
        }
        isProblem(get("/" + "x".repeat(20_000), ""), 414, "uri-too-long");
        isProblem(get("/v1/runtimes", "X: %s\r\n".formatted("y".repeat(40_000))), 431, "headers-too-large");
    }

    /// A body that is framed in two ways is nothing to go on with.
    @Test
    void connectionOfTwoFramingsIsClosed() throws Exception {
        try (var client = new RawClient(service.url(), Duration.ofSeconds(60))) {
            client.send("POST /v1/executions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + REQUEST);
            assertThat(client.readAll()).startsWith("HTTP/1.1 400").doesNotContain("timed out", "HTTP/1.1 200");
        }
    }

    @Test
    void interactiveDoorSpeaksWebSocketOnly() throws Exception {
        String path = "/v1/executions/interactive";
        for (String headers : List.of("", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", "Connection: Upgrade\r\nUpgrade: h2c\r\n")) {
            Answer answer = get(path, headers);
            isProblem(answer, 426, "upgrade-required");
            assertThat(answer.header("Upgrade")).contains("websocket");
        }
        Answer older = get(path, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 9\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        isProblem(older, 426, "upgrade-required");
        assertThat(older.header("Sec-WebSocket-Version")).contains("13");
    }

    /// What JSON says for programs, a page says for people.
    @Test
    void startPageLeadsToAllPartsOfTheService() throws Exception {
        for (String accept : List.of("", "Accept: */*\r\n", "Accept: application/json\r\n")) {
            Answer start = get("/", accept);
            assertThat(start.status()).isEqualTo(200);
            assertThat(start.json().get("name").asText()).isEqualTo("mayfly");
            assertThat(start.json().get("links").properties()).isNotEmpty().allSatisfy(link -> {
                if (!link.getKey().equals("executions")) { // which without a store is not there yet
                    assertThat(service.get(link.getValue().asText()).statusCode()).as(link.getValue().asText()).isIn(200, 503);
                }
            });
        }
        Answer page = get("/", BROWSER);
        assertThat(page.header("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.body()).contains("<a href=\"/openapi\">", "POST /v1/executions");
    }

    @Test
    void browserSeesTheApiAsAPageAndProgramsSeeTheDocument() throws Exception {
        Answer moved = get("/openapi", BROWSER);
        assertThat(moved.status()).isEqualTo(303);
        Answer page = get(moved.header("Location").orElseThrow(), BROWSER);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("swagger-ui", "/openapi");
        for (String headers : List.of("", "Accept: */*\r\n", "Accept: application/yaml\r\n", "Accept: application/json\r\n")) {
            assertThat(get("/openapi", headers).body()).contains("/v1/executions");
        }
        assertThat(get("/openapi?format=json", BROWSER).json().get("openapi").asText()).startsWith("3.");
    }

    @Test
    void everyKindOfProblemIsListedAndExplained() throws Exception {
        String list = get("/problems", "").body();
        var softly = new SoftAssertions();
        for (ProblemKind kind : ProblemKind.values()) {
            softly.assertThat(list).contains(kind.type().toString());
            types.add(kind.type().toString());
        }
        softly.assertAll();
    }
}
