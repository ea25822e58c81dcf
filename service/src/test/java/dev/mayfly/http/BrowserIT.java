package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.RawClient;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What a web page can make a browser send, on every route and method of the API, and on what is beside it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {
    private static final String LISTED = "https://app.example.com";
    private static final String FOREIGN = "https://evil.example";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final List<String> WITH_BODY = List.of("POST", "PUT", "PATCH");
    private static final Map<String, String> NO_ENGINE = Map.of("MAYFLY_DOCKER_HOST", "unix:///nowhere/docker.sock");
    private static final Map<String, String> SOCKET = Map.of(
            "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");

    private ServiceProcess open;
    private ServiceProcess keyed;
    private String key;
    private List<Route> routes;

    /// @param headers that it needs
    private record Route(String method, String path, Map<String, String> headers) {}

    /// @param head the status line and headers in lower case
    private record Answer(int status, String head, String body) {
        boolean isProblem(int expected, String kind) {
            return status == expected && head.contains("content-type: application/problem+json") && body.contains("\"/problems/" + kind + "\"");
        }
    }

    @BeforeAll
    void start() throws Exception {
        open = new ServiceProcess("test-browser-open", ServiceProcess.lockFolder(), NO_ENGINE).awaitLive();
        Path folder = ServiceProcess.lockFolder();
        key = new AccessFile(folder.resolve("access.json")).create("acme", Set.of(Scope.EXECUTE, Scope.READ), Optional.empty()).token();
        var environment = new LinkedHashMap<>(NO_ENGINE);
        environment.put("MAYFLY_HTTP_ALLOWED_ORIGINS", LISTED + ",http://localhost:3000");
        keyed = new ServiceProcess("test-browser-keyed", folder, environment).awaitLive();
        routes = routes();
    }

    @AfterAll
    void stop() throws Exception {
        open.close();
        keyed.close();
    }

    private List<Route> routes() throws Exception {
        List<Route> all = new ArrayList<>();
        JsonNode paths = new ObjectMapper().readTree(open.get("/openapi?format=json").body()).get("paths");
        paths.properties().forEach(path -> path.getValue().properties().stream().filter(operation -> METHODS.contains(operation.getKey())).forEach(operation ->
                all.add(new Route(operation.getKey().toUpperCase(Locale.ROOT), path.getKey().replaceAll("\\{[^}]+}", "x"), Map.of()))));
        assertThat(all).hasSizeGreaterThan(10);
        for (String beside : List.of("/metrics", "/health", "/health/live", "/health/ready", "/openapi", "/schema/submission.schema.json", "/", "/nothing")) {
            Stream.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS").forEach(method -> all.add(new Route(method, beside, Map.of())));
        }
        all.add(new Route("GET", "/v1/executions/interactive", SOCKET));
        return all;
    }

    private static Answer ask(ServiceProcess service, Route route, Map<String, String> headers, String body) throws Exception {
        var all = new LinkedHashMap<String, String>(Map.of("Host", "127.0.0.1:" + service.url().getPort(), "Connection", "close"));
        all.putAll(route.headers());
        all.putAll(headers);
        if (!body.isEmpty()) {
            all.put("Content-Length", String.valueOf(body.length()));
        }
        var request = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(route.method(), route.path()));
        all.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        try (var client = new RawClient(service.url())) {
            client.send(request + "\r\n" + body);
            String head = client.readHead();
            return new Answer(Integer.parseInt(head.substring(9, 12)), head.toLowerCase(Locale.ROOT), client.read(head.startsWith("HTTP/1.1 101") || route.method().equals("HEAD") ? 0 : length(head)));
        }
    }

    private static int length(String head) {
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    private static Map<String, String> jsonFor(Route route) {
        String type = route.method().equals("PUT") && route.path().endsWith("/files") ? "application/octet-stream" : "application/json";
        return WITH_BODY.contains(route.method()) ? Map.of("Content-Type", type) : Map.of();
    }

    private static String bodyFor(Route route) {
        return WITH_BODY.contains(route.method()) ? "{}" : "";
    }

    /// Refused everywhere, and not by the route itself: without these headers it answers otherwise.
    private void isRefusedEverywhere(ServiceProcess service, Map<String, String> headers, String kind) throws Exception {
        var softly = new SoftAssertions();
        for (Route route : routes) {
            var all = new LinkedHashMap<>(jsonFor(route));
            all.putAll(headers);
            Answer refused = ask(service, route, all, bodyFor(route));
            boolean body = !route.method().equals("HEAD");
            softly.assertThat(body ? refused.isProblem(403, kind) : refused.status() == 403).as("%s with %s: %s", route, headers, refused).isTrue();
            softly.assertThat(refused.head()).as("%s", route).doesNotContain("access-control-allow-origin");
            Answer usual = ask(service, route, jsonFor(route), bodyFor(route));
            softly.assertThat(usual.status()).as("%s without %s: %s", route, headers, usual).isNotIn(403, 415);
        }
        softly.assertAll();
    }

    @Test
    void foreignOriginIsRefusedOnEveryRoute() throws Exception {
        for (ServiceProcess service : List.of(open, keyed)) {
            isRefusedEverywhere(service, Map.of("Origin", FOREIGN), "foreign-origin");
            isRefusedEverywhere(service, Map.of("Origin", "null"), "foreign-origin");
        }
        isRefusedEverywhere(open, Map.of("Origin", "http://127.0.0.1:1"), "foreign-origin");
    }

    @Test
    void crossSiteRequestIsRefusedOnEveryRoute() throws Exception {
        for (ServiceProcess service : List.of(open, keyed)) {
            isRefusedEverywhere(service, Map.of("Sec-Fetch-Site", "cross-site"), "foreign-origin");
        }
    }

    /// A share link, for example; a frame, a script's request or another route is not followed by a person.
    @Test
    void linkOfAnotherSiteLeadsToThePlaygroundAndNowhereElse() throws Exception {
        Map<String, String> followed = Map.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", "text/html");
        for (ServiceProcess service : List.of(open, keyed)) {
            Answer page = ask(service, new Route("GET", "/", Map.of()), followed, "");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.head()).contains("frame-ancestors 'none'").doesNotContain("access-control-allow-origin");
            assertThat(ask(service, new Route("GET", "/", Map.of()), with(followed, "Sec-Fetch-Dest", "iframe"), "").isProblem(403, "foreign-origin")).isTrue();
            assertThat(ask(service, new Route("GET", "/", Map.of()), with(followed, "Sec-Fetch-Mode", "no-cors"), "").isProblem(403, "foreign-origin")).isTrue();
            assertThat(ask(service, new Route("GET", "/", Map.of()), with(followed, "Origin", FOREIGN), "").isProblem(403, "foreign-origin")).isTrue();
            assertThat(ask(service, new Route("GET", "/v1/runtimes", Map.of()), followed, "").isProblem(403, "foreign-origin")).isTrue();
            assertThat(ask(service, new Route("POST", "/", Map.of("Content-Type", "application/json")), followed, "{}").isProblem(403, "foreign-origin")).isTrue();
        }
    }

    @Test
    void foreignHostIsRefusedOnEveryRouteWhileTheServiceIsOpen() throws Exception {
        isRefusedEverywhere(open, Map.of("Host", "evil.example"), "foreign-host");
        isRefusedEverywhere(open, Map.of("Host", "evil.example", "Origin", "http://evil.example"), "foreign-host");
        isRefusedEverywhere(open, Map.of("Host", "127.0.0.1.evil.example:8080"), "foreign-host");
        for (Route route : routes) {
            assertThat(ask(keyed, route, with(jsonFor(route), "Host", "mayfly.example"), bodyFor(route)).status()).as("%s", route).isNotEqualTo(403);
        }
    }

    @Test
    void loopbackNamesAndListedHostsAreAnswered() throws Exception {
        for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1", "127.8.9.1:99", "[::1]", "[::1]:8080")) {
            assertThat(ask(open, new Route("GET", "/v1/runtimes", Map.of()), Map.of("Host", host), "").status()).as(host).isEqualTo(200);
        }
        var environment = new LinkedHashMap<>(NO_ENGINE);
        environment.put("MAYFLY_HTTP_ALLOWED_HOSTS", "Mayfly.internal");
        try (var listed = new ServiceProcess("test-browser-hosts", ServiceProcess.lockFolder(), environment).awaitLive()) {
            assertThat(ask(listed, new Route("GET", "/v1/runtimes", Map.of()), Map.of("Host", "mayfly.internal:8080"), "").status()).isEqualTo(200);
            assertThat(ask(listed, new Route("GET", "/v1/runtimes", Map.of()), Map.of("Host", "evil.example"), "").status()).isEqualTo(403);
        }
    }

    @Test
    void bodyThatIsNotJsonIsRefusedOnEveryRoute() throws Exception {
        var softly = new SoftAssertions();
        for (ServiceProcess service : List.of(open, keyed)) {
            for (Route route : routes) {
                if (!WITH_BODY.contains(route.method())) {
                    continue;
                }
                for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/plain; charset=utf-8", "")) {
                    Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("Content-Type", type);
                    Answer answer = ask(service, route, headers, "{}");
                    softly.assertThat(answer.isProblem(415, "unsupported-media-type")).as("%s %s: %s", route, type, answer).isTrue();
                    Answer empty = ask(service, route, with(headers, "Content-Length", "0"), "");
                    softly.assertThat(empty.status() == 415).as("%s %s, empty: %s", route, type, empty).isEqualTo(!type.isEmpty());
                }
            }
        }
        softly.assertAll();
    }

    @Test
    void pagesOfTheServiceItselfAreNoStrangers() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1:" + open.url().getPort(), "[::1]:8080")) {
            Answer answer = ask(open, new Route("GET", "/v1/runtimes", Map.of()), Map.of("Host", host, "Origin", "http://" + host, "Sec-Fetch-Site", "same-origin"), "");
            assertThat(answer.status()).as(host).isEqualTo(200);
        }
        // behind a proxy that ends TLS
        Map<String, String> proxied = Map.of("Host", "mayfly.example", "Origin", "https://mayfly.example", "Authorization", "Bearer " + key);
        assertThat(ask(keyed, new Route("GET", "/v1/runtimes", Map.of()), proxied, "").status()).isEqualTo(200);
    }

    @Test
    void listedOriginIsAnsweredWithCors() throws Exception {
        for (String origin : List.of(LISTED, "http://localhost:3000")) {
            var headers = Map.of("Origin", origin, "Sec-Fetch-Site", "cross-site");
            Answer preflight = ask(keyed, new Route("OPTIONS", "/v1/executions", Map.of("Access-Control-Request-Method", "POST",
                    "Access-Control-Request-Headers", "authorization,content-type,idempotency-key")), headers, "");
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.head()).contains("access-control-allow-origin: " + origin).contains("access-control-allow-methods:").contains("idempotency-key")
                    .doesNotContain("access-control-allow-credentials");
            Answer unknown = ask(keyed, new Route("GET", "/v1/runtimes", Map.of()), headers, "");
            assertThat(unknown.status()).isEqualTo(401);
            Answer known = ask(keyed, new Route("GET", "/v1/runtimes", Map.of()), with(headers, "Authorization", "Bearer " + key), "");
            assertThat(known.status()).isEqualTo(200);
            for (Answer answer : List.of(unknown, known)) {
                assertThat(answer.head()).contains("access-control-allow-origin: " + origin).contains("access-control-expose-headers:");
            }
        }
    }

    @Test
    void browserSendsItsKeyAsSubprotocol() throws Exception {
        var socket = new Route("GET", "/v1/executions/interactive", SOCKET);
        Answer opened = ask(keyed, socket, Map.of("Origin", LISTED, "Sec-WebSocket-Protocol", "mayfly, bearer." + key), "");
        assertThat(opened.status()).isEqualTo(101);
        assertThat(opened.head()).contains("sec-websocket-protocol: mayfly\r\n").doesNotContain(key.toLowerCase(Locale.ROOT));
        // what browsers offer is not accepted: the frames of a message that is compressed cannot be counted
        Answer plain = ask(keyed, socket, Map.of("Origin", LISTED, "Sec-WebSocket-Protocol", "mayfly, bearer." + key, "Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"), "");
        assertThat(plain.status()).isEqualTo(101);
        assertThat(plain.head()).doesNotContain("sec-websocket-extensions");
        for (String protocol : List.of("mayfly", "mayfly, bearer.", "mayfly, bearer." + key.substring(1), "mayfly, bearer.mayfly_x")) {
            assertThat(ask(keyed, socket, Map.of("Origin", LISTED, "Sec-WebSocket-Protocol", protocol), "").status()).as(protocol).isEqualTo(401);
        }
        assertThat(ask(keyed, socket, Map.of("Origin", FOREIGN, "Sec-WebSocket-Protocol", "mayfly, bearer." + key), "").status()).isEqualTo(403);
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return all;
    }
}
