package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.ServiceProcess;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Functions that answer web requests: what the program gets, what the caller gets, and who may call.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebFunctionIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHOW = "import json, os, sys\nprint('Content-Type: application/json\\n')\nprint(json.dumps({'env': dict(os.environ), 'body': sys.stdin.buffer.read().hex()}))";

    private final HttpClient client = HttpClient.newHttpClient();
    private ServiceProcess service;

    @BeforeAll
    void start() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        service = new ServiceProcess("test-web-functions", folder, Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_SECRETS_KEY_FILE", folder.resolve("secrets.keys").toString(),
                "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true", "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "192.0.2.1")).awaitReady();
        deploy("show", SHOW, "\"access\": \"open\", \"requestsPerMinute\": 1000, \"requestsPerMinutePerAddress\": 1000");
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    private void deploy(String name, String code, String http) throws Exception {
        var function = JSON.createObjectNode().put("runtime", "python").put("code", code);
        function.putObject("limits").put("wallTimeMs", 3000);
        function.set("http", JSON.readTree("{" + http + "}"));
        HttpResponse<String> answer = send("PUT", "/v1/functions/" + name, BodyPublishers.ofString(function.toString()), "Content-Type", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(service.url().resolve(path)).method(method, body);
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) throws Exception {
        return client.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    private JsonNode shown(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode execution(HttpResponse<?> answer) throws Exception {
        String id = answer.headers().firstValue("Mayfly-Execution-Id").orElseThrow();
        await().untilAsserted(() -> assertThat(get("/v1/executions/" + id).statusCode()).isEqualTo(200));
        return JSON.readTree(get("/v1/executions/" + id).body());
    }

    // ---- what the program gets

    @Test
    void programGetsTheRequestAsCgiHasIt() throws Exception {
        byte[] body = {0, 1, (byte) 0xff, '\n'};
        JsonNode shown = shown(send("POST", "/fn/default/show/a%20b/c?x=1&y=%2F", BodyPublishers.ofByteArray(body), "Content-Type", "application/x-own", "X-Own-Header", "one", "Accept", "text/x-own;q=odd"));
        assertThat(shown.path("body").textValue()).isEqualTo("0001ff0a");
        JsonNode env = shown.path("env");
        assertThat(env.path("GATEWAY_INTERFACE").textValue()).isEqualTo("CGI/1.1");
        assertThat(env.path("SERVER_PROTOCOL").textValue()).isEqualTo("HTTP/1.1");
        assertThat(env.path("SERVER_SOFTWARE").textValue()).startsWith("mayfly/");
        assertThat(env.path("REQUEST_METHOD").textValue()).isEqualTo("POST");
        assertThat(env.path("SCRIPT_NAME").textValue()).isEqualTo("/fn/default/show");
        assertThat(env.path("PATH_INFO").textValue()).isEqualTo("/a b/c");
        assertThat(env.path("QUERY_STRING").textValue()).isEqualTo("x=1&y=%2F");
        assertThat(env.path("REQUEST_URI").textValue()).isEqualTo("/fn/default/show/a%20b/c?x=1&y=%2F");
        assertThat(env.path("CONTENT_TYPE").textValue()).isEqualTo("application/x-own");
        assertThat(env.path("CONTENT_LENGTH").textValue()).isEqualTo("4");
        assertThat(env.path("REMOTE_ADDR").textValue()).isEqualTo("127.0.0.1");
        assertThat(env.path("SERVER_NAME").textValue()).isEqualTo(service.url().getHost());
        assertThat(env.path("SERVER_PORT").textValue()).isEqualTo(String.valueOf(service.url().getPort()));
        assertThat(env.path("HTTP_X_OWN_HEADER").textValue()).isEqualTo("one");
        assertThat(env.path("HTTP_ACCEPT").textValue()).isEqualTo("text/x-own;q=odd");
    }

    @Test
    void nothingThatACallerClaimsOfItselfReachesTheProgram() throws Exception {
        JsonNode env = shown(get("/fn/default/show", "Authorization", "Bearer of-another", "Cookie", "a=b", "Proxy", "evil", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https",
                "Forwarded", "for=203.0.113.9", "X-Real-IP", "203.0.113.9")).path("env");
        assertThat(env.toString()).doesNotContain("of-another", "203.0.113.9", "HTTP_COOKIE", "HTTP_PROXY", "HTTP_AUTHORIZATION", "\"HTTPS\"");
        assertThat(env.path("REMOTE_ADDR").textValue()).isEqualTo("127.0.0.1");
        assertThat(env.has("CONTENT_LENGTH")).isFalse();
        assertThat(env.path("PATH_INFO").textValue()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void everyMethodIsTheFunctionsToAnswer(String method) throws Exception {
        assertThat(shown(send(method, "/fn/default/show/", BodyPublishers.ofString("x"))).at("/env/REQUEST_METHOD").textValue()).isEqualTo(method);
    }

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        deploy("head", "import os\nprint('Status: 201\\nX-Method: ' + os.environ['REQUEST_METHOD'] + '\\n\\nbody')", "\"access\": \"open\"");
        HttpResponse<String> answer = send("HEAD", "/fn/default/head", BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("X-Method")).contains("HEAD");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%ff", "%c3%28"})
    void pathThatCannotBeDecodedIsRefused(String path) throws Exception {
        assertThat(get("/fn/default/show/" + path).statusCode()).isEqualTo(400);
    }

    @Test
    void callersHeaderDoesNotReplaceTheFunctionsOwnVariable() throws Exception {
        var function = JSON.createObjectNode().put("runtime", "python").put("code", "import os; print(os.environ['HTTP_TOKEN'], os.environ['HTTP_OTHER'])");
        function.putObject("env").put("HTTP_TOKEN", "own");
        function.putObject("http").put("access", "open");
        assertThat(send("PUT", "/v1/functions/own-variable", BodyPublishers.ofString(function.toString()), "Content-Type", "application/json").statusCode()).isEqualTo(201);
        assertThat(get("/fn/default/own-variable", "Token", "forged", "Other", "sent").body()).isEqualTo("own sent\n");
    }

    // ---- what the caller gets

    @Test
    void answerIsTheProgramsAndBoundToNoOrigin() throws Exception {
        deploy("page", "print('Content-Type: text/html\\nSet-Cookie: a=b\\nX-Own: c\\n\\n<p>hello</p>')", "\"access\": \"open\"");
        HttpResponse<String> answer = get("/fn/default/page");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("<p>hello</p>\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html");
        assertThat(answer.headers().firstValue("X-Own")).contains("c");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.headers().allValues("Content-Security-Policy")).anySatisfy(policy -> assertThat(policy).startsWith("sandbox ").doesNotContain("allow-same-origin"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(execution(answer).path("function").toString()).isEqualTo("{\"name\":\"page\",\"version\":1,\"trigger\":\"http\"}");
    }

    @Test
    void bytesAndPlainOutputAreAnswersToo() throws Exception {
        deploy("bytes", "import sys; sys.stdout.buffer.write(bytes(range(256)))", "\"access\": \"open\"");
        HttpResponse<byte[]> bytes = client.send(request("GET", "/fn/default/bytes", BodyPublishers.noBody()), BodyHandlers.ofByteArray());
        assertThat(bytes.body()).isEqualTo(toBytes());
        assertThat(bytes.headers().firstValue("Content-Type")).contains("application/octet-stream");
        deploy("plain", "print('hello')", "\"access\": \"open\"");
        assertThat(get("/fn/default/plain").body()).isEqualTo("hello\n");
    }

    private static byte[] toBytes() {
        var all = new byte[256];
        IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
        return all;
    }

    @Test
    void failureSaysNothingToTheCallerAndAllToTheOwner() throws Exception {
        deploy("crash", "import sys; print('half'); raise Exception('inner workings')", "\"access\": \"open\"");
        HttpResponse<String> answer = get("/fn/default/crash");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("function-failed").doesNotContain("inner workings", "half");
        assertThat(JSON.readTree(answer.body()).path("executionId").textValue()).isEqualTo(answer.headers().firstValue("Mayfly-Execution-Id").orElseThrow());
        assertThat(execution(answer).path("stderr").textValue()).contains("inner workings");
        deploy("slow", "import time; time.sleep(60)", "\"access\": \"open\"");
        assertThat(get("/fn/default/slow").statusCode()).isEqualTo(504);
        deploy("malformed", "print('Status: 99\\n\\n')", "\"access\": \"open\"");
        assertThat(get("/fn/default/malformed").body()).contains("function-failed", "Status must be a number from 200 to 599");
        deploy("flood", "print('x' * 100_000_000)", "\"access\": \"open\"");
        assertThat(get("/fn/default/flood").statusCode()).isEqualTo(502);
    }

    @Test
    void programEndsWhenItsCallerLeaves() throws Exception {
        deploy("left", "import time; time.sleep(2.5)", "\"access\": \"open\"");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.url().getPort())) {
            socket.getOutputStream().write("GET /fn/default/left HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            socket.getOutputStream().flush();
            await().until(() -> get("/metrics").body().lines().anyMatch(line -> line.startsWith("mayfly_sandbox_pool_leased ") && !line.endsWith(" 0.0")));
        }
        await().untilAsserted(() -> assertThat(get("/v1/functions/left/executions").body()).contains("cancelled"));
    }

    // ---- who may

    @Test
    void functionThatIsNotOnTheWebDoesNotAnswer() throws Exception {
        String definition = "{\"runtime\": \"python\", \"code\": \"print(1)\"}";
        send("PUT", "/v1/functions/inner", BodyPublishers.ofString(definition), "Content-Type", "application/json");
        for (String path : List.of("/fn/default/inner", "/fn/default/none", "/fn/other/show", "/fn/default/Bad", "/fn/%00/show", "/fn/default/inner/x")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).contains("no function answers here");
        }
    }

    @Test
    void linkOpensUntilItIsRenewedOrRevoked() throws Exception {
        deploy("linked", SHOW, "\"access\": \"link\"");
        assertThat(get("/fn/default/linked").statusCode()).isEqualTo(404);
        assertThat(get("/fn/default/linked/guess").statusCode()).isEqualTo(404);
        String first = renewed("linked");
        assertThat(shown(get(first)).at("/env/SCRIPT_NAME").textValue()).isEqualTo(first);
        assertThat(shown(get(first + "/rest?a=b")).at("/env/PATH_INFO").textValue()).isEqualTo("/rest");
        String second = renewed("linked");
        assertThat(get(first).statusCode()).isEqualTo(404);
        assertThat(get(second).statusCode()).isEqualTo(200);
        assertThat(get(second + "x").statusCode()).isEqualTo(404);
        // it is this function's
        deploy("linked2", SHOW, "\"access\": \"link\"");
        assertThat(get(second.replace("/linked/", "/linked2/")).statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/v1/functions/linked/link", BodyPublishers.noBody()).statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/functions/linked/link", BodyPublishers.noBody()).statusCode()).isEqualTo(404);
        assertThat(get(second).statusCode()).isEqualTo(404);
        // it ends with the function
        String third = renewed("linked");
        send("DELETE", "/v1/functions/linked", BodyPublishers.noBody());
        deploy("linked", SHOW, "\"access\": \"link\"");
        assertThat(get(third).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/v1/functions/none/link", BodyPublishers.noBody()).statusCode()).isEqualTo(404);
    }

    private String renewed(String name) throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/functions/" + name + "/link", BodyPublishers.noBody());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).path("path").textValue();
    }

    @Test
    void pageOfAnotherSiteMayCallWhatIsOpenAndNothingElse() throws Exception {
        deploy("keyed", SHOW, "\"access\": \"key\"");
        String[] page = {"Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"};
        assertThat(get("/fn/default/show", page).statusCode()).isEqualTo(200);
        assertThat(get("/fn/default/keyed").statusCode()).isEqualTo(200);
        assertThat(get("/fn/default/keyed", page).statusCode()).isEqualTo(404);
        assertThat(get("/v1/functions", page).statusCode()).isEqualTo(403);
    }

    @Test
    void functionForKeysAnswersNoPageWhileNoKeyIsNeeded() throws Exception {
        deploy("keyed2", SHOW, "\"access\": \"key\"");
        for (String site : List.of("cross-site", "same-site")) { // an image of a page on another port is of the same site
            assertThat(get("/fn/default/keyed2", "Sec-Fetch-Site", site).statusCode()).as(site).isEqualTo(404);
        }
        for (String site : List.of("same-origin", "none")) {
            assertThat(get("/fn/default/keyed2", "Sec-Fetch-Site", site).statusCode()).as(site).isEqualTo(200);
        }
    }

    /// As no client of Java's would send it.
    private String raw(String target, String headers) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.url().getPort())) {
            socket.getOutputStream().write("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n".formatted(target, headers).getBytes(UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fn/../v1/functions", "/fn/%2e%2e/v1/functions", "/fn/x/../../v1/functions", "/fn/%2E%2e/v1/functions"})
    void pathThatLeadsOutOfTheFunctionsKeepsTheRulesOfWhereItLeads(String target) throws Exception {
        assertThat(raw(target, "Origin: https://elsewhere.example\r\n")).startsWith("HTTP/1.1 403 ").contains("foreign-origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/./fn/default/show", "/%66n/default/show", "/fn/default/./show", "/fn/default/none/../show", "/fn/default/show/../none", "/fn/default/show/x/%2e%2e/y", "/fn/%2e/default/show", "/fn//default/show", "/x/../fn/default/show"})
    void pathThatMeansAnotherOneIsNoFunctions(String target) throws Exception {
        assertThat(raw(target, "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void whatIsWrongWithTheFunctionIsItsOwnersBusiness() throws Exception {
        assertThat(send("PUT", "/v1/secrets/INNER_NAME", BodyPublishers.ofString("{\"value\": \"x\"}"), "Content-Type", "application/json").statusCode()).isIn(201, 204);
        String function = "{\"runtime\": \"python\", \"code\": \"print(1)\", \"secrets\": [\"INNER_NAME\"], \"http\": {\"access\": \"open\"}}";
        assertThat(send("PUT", "/v1/functions/lacking", BodyPublishers.ofString(function), "Content-Type", "application/json").statusCode()).isEqualTo(201);
        send("DELETE", "/v1/secrets/INNER_NAME", BodyPublishers.noBody());
        HttpResponse<String> answer = get("/fn/default/lacking");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("function-failed").doesNotContain("INNER_NAME");
        deploy("untyped", "print('Content-Type: text\\n\\nx')", "\"access\": \"open\"");
        assertThat(get("/fn/default/untyped").statusCode()).isEqualTo(502);
        deploy("proxied", "print('Status: 200\\nX-Accel-Redirect: /internal\\nX-Sendfile: /etc/passwd\\n\\nx')", "\"access\": \"open\"");
        assertThat(get("/fn/default/proxied").headers().map().keySet()).doesNotContain("x-accel-redirect", "x-sendfile");
    }

    @Test
    void callsAreBoundedByTheMinute() throws Exception {
        deploy("rated", "print(1)", "\"access\": \"open\", \"requestsPerMinute\": 1");
        assertThat(get("/fn/default/rated").statusCode()).isEqualTo(200);
        HttpResponse<String> second = get("/fn/default/rated");
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).contains("too-many-calls");
        assertThat(Integer.parseInt(second.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 60);
        deploy("rated2", "print(1)", "\"access\": \"open\", \"requestsPerMinutePerAddress\": 1");
        assertThat(get("/fn/default/rated2").statusCode()).isEqualTo(200);
        assertThat(get("/fn/default/rated2").statusCode()).isEqualTo(429);
    }

    @Test
    void callerIsWhoATrustedProxyReports() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        try (var behind = new ServiceProcess("test-web-functions-proxied", folder, Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_SECRETS_KEY_FILE", folder.resolve("secrets.keys").toString(),
                "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true", "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1")).awaitReady()) {
            var function = JSON.createObjectNode().put("runtime", "python").put("code", SHOW);
            function.putObject("http").put("access", "open").put("requestsPerMinutePerAddress", 1);
            var put = HttpRequest.newBuilder(behind.url().resolve("/v1/functions/show")).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(function.toString())).build();
            assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
            for (String caller : List.of("203.0.113.9", "203.0.113.10")) {
                var call = HttpRequest.newBuilder(behind.url().resolve("/fn/default/show")).header("X-Forwarded-For", caller).header("X-Forwarded-Proto", "https").build();
                JsonNode env = shown(client.send(call, BodyHandlers.ofString())).path("env");
                assertThat(env.path("REMOTE_ADDR").textValue()).isEqualTo(caller);
                assertThat(env.path("HTTPS").textValue()).isEqualTo("on");
                assertThat(env.has("HTTP_X_FORWARDED_FOR")).isFalse();
                assertThat(client.send(call, BodyHandlers.ofString()).statusCode()).as("each address for itself").isEqualTo(429);
            }
        }
    }

    // ---- the example of the docs

    @Test
    void signatureOfGithubIsVerifiedAsTheDocsShow() throws Exception {
        String page = Files.readString(Path.of("docs/how-to/web-functions.md"));
        String code = page.substring(page.indexOf("```python\n") + 10, page.indexOf("```", page.indexOf("```python\n") + 10));
        assertThat(send("PUT", "/v1/secrets/GITHUB_SECRET", BodyPublishers.ofString("{\"value\": \"It's a Secret to Everybody\"}"), "Content-Type", "application/json").statusCode()).isIn(201, 204);
        var function = JSON.createObjectNode().put("runtime", "python").put("code", code);
        function.putArray("secrets").add("GITHUB_SECRET");
        function.putObject("http").put("access", "open");
        assertThat(send("PUT", "/v1/functions/hook", BodyPublishers.ofString(function.toString()), "Content-Type", "application/json").statusCode()).isEqualTo(201);
        // GitHub's own example: docs.github.com, "Validating webhook deliveries"
        String known = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        HttpResponse<String> right = send("POST", "/fn/default/hook", BodyPublishers.ofString("Hello, World!"), "X-Hub-Signature-256", known);
        assertThat(right.statusCode()).as(right.body()).isEqualTo(400); // signed, but not JSON
        String event = "{\"action\": \"opened\"}";
        HttpResponse<String> opened = send("POST", "/fn/default/hook", BodyPublishers.ofString(event), "X-Hub-Signature-256", "sha256=" + hmac(event), "Content-Type", "application/json", "X-GitHub-Event", "pull_request");
        assertThat(opened.body()).isEqualTo("{\"event\": \"pull_request\", \"action\": \"opened\"}\n");
        HttpResponse<String> list = send("POST", "/fn/default/hook", BodyPublishers.ofString("[1]"), "X-Hub-Signature-256", "sha256=" + hmac("[1]"), "Content-Type", "application/json");
        assertThat(list.body()).isEqualTo("{\"event\": null, \"action\": null}\n");
        assertThat(send("POST", "/fn/default/hook", BodyPublishers.ofString(event + " "), "X-Hub-Signature-256", "sha256=" + hmac(event)).statusCode()).isEqualTo(403);
        assertThat(send("POST", "/fn/default/hook", BodyPublishers.ofString(event)).statusCode()).isEqualTo(403);
    }

    private static String hmac(String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("It's a Secret to Everybody".getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
    }
}
