package dev.mayfly.http;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anything;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.mayfly.pool.WarmPool;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The HTTP door over the real engine: results, streams, problems, and nothing leased when a request is over.
@QuarkusTest
@Tag("quarkus")
@NeedsDocker
class DoorIT {
    private static final String EXECUTIONS = "/v1/executions";

    @Inject
    WarmPool pool;

    @TestHTTPResource
    URI service;

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(60)).until(() -> given().get("/health/ready").statusCode() == 200);
    }

    @AfterEach
    void nothingIsLeased() {
        await().until(() -> pool.stats().leased() == 0 && pool.stats().waiting() == 0);
    }

    private static Map<String, Object> python(String code) {
        return Map.of("runtime", "python", "code", code);
    }

    @Test
    void resultTellsEverything() {
        given().contentType(ContentType.JSON).body(python("import sys; print(6*7); sys.stderr.write('é'); sys.exit(3)")).post(EXECUTIONS).then()
                .statusCode(200)
                .body("id", matchesPattern("[0-9A-HJKMNP-TV-Z]{26}"))
                .body("runtime", equalTo("python:3.13"))
                .body("state", equalTo("finished"))
                .body("outcome", equalTo(Map.of("kind", "exited", "exitCode", 3)))
                .body("stdout", equalTo("42\n"))
                .body("stderr", equalTo("é"))
                .body("encoding", equalTo("utf-8"))
                .body("stdoutBytes", equalTo(3))
                .body("stderrBytes", equalTo(2))
                .body("truncated", equalTo(false))
                .body("usage.peakMemoryBytes", greaterThan(1_000_000))
                .body("usage.peakPids", equalTo(1))
                .body("sandbox.start", equalTo("warm"))
                .body("sandbox.engine", equalTo("docker"))
                .body("sandbox.imageDigest", startsWith("sha256:"))
                .body("sandbox.limits.cpus", equalTo(1.0f))
                .body("sandbox.limits.memoryBytes", equalTo(256 << 20));
    }

    @Test
    void bytesThatAreNoTextComeBackWhole() {
        String stdout = given().contentType(ContentType.JSON).body(python("import os; os.write(1, bytes(range(256)))")).post(EXECUTIONS).then()
                .body("encoding", equalTo("base64")).extract().path("stdout");
        byte[] expected = new byte[256];
        for (int i = 0; i < 256; i++) {
            expected[i] = (byte) i;
        }
        assertThat(Base64.getDecoder().decode(stdout)).isEqualTo(expected);
    }

    @Test
    void filesArgumentsVariablesAndInputGoInAndFilesComeOut() {
        given().contentType(ContentType.JSON).body(Map.of(
                        "runtime", "node",
                        "files", List.of(
                                Map.of("path", "src/main.js", "content", """
                                        const fs = require('fs');
                                        fs.writeFileSync('out.txt', [require('./lib/x'), ...process.argv.slice(2), process.env.WHO, fs.readFileSync(0, 'utf8'), fs.readFileSync('data.bin').length].join('|'));
                                        """),
                                Map.of("path", "src/lib/x.js", "content", Base64.getEncoder().encodeToString("module.exports = 'lib'".getBytes(UTF_8)), "encoding", "base64"),
                                Map.of("path", "data.bin", "content", "AAEC", "encoding", "base64")),
                        "entrypoint", "src/main.js",
                        "args", List.of("a b", ""),
                        "env", Map.of("WHO", "me"),
                        "stdin", "typed",
                        "outputs", List.of("*.txt")))
                .post(EXECUTIONS).then().statusCode(200)
                .body("stderr", equalTo(""))
                .body("files[0].path", equalTo("out.txt"))
                .body("files[0].content", equalTo("lib|a b||me|typed|3"));
    }

    static Stream<Arguments> wrongRequests() {
        return Stream.of(
                Arguments.of("{", 400, "invalid-submission", null),
                Arguments.of("null", 400, "invalid-submission", null),
                Arguments.of("[]", 400, "invalid-submission", null),
                Arguments.of("", 400, "invalid-submission", null),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\"} x", 400, "invalid-submission", null),
                Arguments.of("{\"runtime\":\"python\",\"runtime\":\"node\",\"code\":\"1\"}", 400, "invalid-submission", null),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"colour\":1}", 400, "invalid-submission", "colour"),
                Arguments.of("{\"code\":\"1\"}", 400, "invalid-submission", "runtime"),
                Arguments.of("{\"runtime\":\"cobol\",\"code\":\"1\"}", 422, "unknown-runtime", "runtime"),
                Arguments.of("{\"runtime\":\"python:2.7\",\"code\":\"1\"}", 422, "unknown-runtime", "runtime"),
                Arguments.of("{\"runtime\":\"python\"}", 400, "invalid-submission", "code"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"\"}", 400, "invalid-submission", "code"),
                Arguments.of("{\"runtime\":\"python\",\"code\":7}", 400, "invalid-submission", "code"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"args\":\"x\"}", 400, "invalid-submission", "args"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"args\":[null]}", 400, "invalid-submission", "args"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"env\":{\"A\":null}}", 400, "invalid-submission", "env.A"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"../x\",\"content\":\"\"}],\"code\":\"1\"}", 400, "invalid-submission", "files[0].path"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"/x\",\"content\":\"\"}],\"code\":\"1\"}", 400, "invalid-submission", "files[0].path"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"a\\u0000b\",\"content\":\"\"}],\"code\":\"1\"}", 400, "invalid-submission", "files[0].path"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"main.py\",\"content\":\"\"}],\"code\":\"1\"}", 400, "invalid-submission", "files[0].path"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"content\":\"\"}]}", 400, "invalid-submission", "files[0].path"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"a.py\",\"content\":\"%%\",\"encoding\":\"base64\"}]}", 400, "invalid-submission", "files[0]"),
                Arguments.of("{\"runtime\":\"python\",\"files\":[{\"path\":\"a.py\",\"content\":\"\",\"encoding\":\"rot13\"}]}", 400, "invalid-submission", "files[0]"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"speed\":1}}", 400, "invalid-submission", "limits.speed"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":0}}", 400, "invalid-submission", "limits.pids"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":-1}}", 400, "invalid-submission", "limits.pids"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":1.5}}", 400, "invalid-submission", "limits.pids"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":1e400}}", 400, "invalid-submission", "limits.pids"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":\"9\"}}", 400, "invalid-submission", "limits.pids"),
                Arguments.of("{\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"memoryBytes\":99999999999}}", 422, "limit-over-ceiling", "limits.memoryBytes"));
    }

    @ParameterizedTest
    @MethodSource("wrongRequests")
    void wrongRequestIsAProblemThatNamesTheField(String body, int status, String problem, String field) {
        for (String accept : List.of("application/json", "text/event-stream")) {
            given().contentType(ContentType.JSON).accept(accept).body(body).post(EXECUTIONS).then()
                    .statusCode(status)
                    .contentType("application/problem+json")
                    .body("type", equalTo("/problems/" + problem))
                    .body("status", equalTo(status))
                    .body("field", field == null ? anything() : equalTo(field));
        }
    }

    @Test
    void wrongMethodTypePathAndSizeAreProblemsToo() {
        given().put(EXECUTIONS).then().statusCode(405).contentType("application/problem+json");
        given().contentType("text/plain").body("x").post(EXECUTIONS).then().statusCode(415).contentType("application/problem+json");
        given().contentType(ContentType.JSON).accept("image/png").body(python("1")).post(EXECUTIONS).then().statusCode(406);
        given().get("/v1/nothing").then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void bodyOverTheCapIsRefused() throws Exception {
        // announced, and in chunks that never say how many come
        for (String head : List.of("Content-Length: 26214400", "Transfer-Encoding: chunked")) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.getPort())) {
                socket.setSoTimeout(20_000);
                var out = socket.getOutputStream();
                out.write("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%s\r\n\r\n".formatted(EXECUTIONS, head)
                        .getBytes(StandardCharsets.US_ASCII));
                String megabyte = "x".repeat(1 << 20);
                byte[] chunk = (head.startsWith("Transfer") ? "100000\r\n" + megabyte + "\r\n" : megabyte).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < 25; i++) {
                    out.write(chunk);
                }
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json").contains("/problems/body-too-large");
            }
        }
    }

    @Test
    void outputArrivesWhileTheProgramRuns() throws Exception {
        // given a program that waits for its own second line to be wanted
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(service.getPort(), EXECUTIONS)))
                .header("Content-Type", "application/json").header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString("{\"runtime\":\"python\",\"code\":\"import time\\nprint('first')\\ntime.sleep(60)\",\"limits\":{\"wallTimeMs\":2000}}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
            var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            // then its first line is there while the sandbox is still leased
            while (!lines.readLine().contains("first")) {
                assertThat(pool.stats().leased()).isLessThanOrEqualTo(1);
            }
            assertThat(pool.stats().leased()).isEqualTo(1);
            String rest = lines.lines().reduce("", (a, b) -> a + b + "\n");
            assertThat(rest).contains("outcome").contains("\"kind\":\"timed_out\"").contains("\"clock\":\"wall_time\"");
        }
    }

    @Test
    void eventsCarryIdsAndTheSameShapes() {
        String events = given().contentType(ContentType.JSON).accept("text/event-stream")
                .body(python("import sys; print('one', flush=True); sys.stderr.write('two')")).post(EXECUTIONS).asString();
        assertThat(events).containsSubsequence("event:started", "event:stdout", "\"seq\":1", "one\\n", "event:stderr", "\"seq\":2", "two",
                "event:outcome", "\"exitCode\":0");
        assertThat(events.lines().filter(line -> line.startsWith("id:"))).containsExactly("id:0", "id:1", "id:2", "id:3");
    }

    @Test
    void clientThatLeavesEndsItsProgram() throws Exception {
        for (String accept : List.of("application/json", "text/event-stream")) {
            String body = "{\"runtime\":\"python\",\"code\":\"while True: pass\",\"limits\":{\"wallTimeMs\":120000,\"cpuTimeMs\":120000}}";
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.getPort())) {
                socket.getOutputStream().write("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(EXECUTIONS, accept, body.length(), body).getBytes(StandardCharsets.US_ASCII));
                await().until(() -> pool.stats().leased() == 1);
            }
            await().until(() -> pool.stats().leased() == 0);
        }
    }

    @Test
    void interactiveRunPassesInputSignalsAndOutput() throws Exception {
        var events = new LinkedBlockingQueue<String>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var socket = client.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:%d/v1/executions/interactive".formatted(service.getPort())),
                    new WebSocket.Listener() {
                        private final StringBuilder message = new StringBuilder();

                        @Override
                        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            message.append(text);
                            if (last) {
                                events.add(message.toString());
                                message.setLength(0);
                            }
                            from.request(1);
                            return null;
                        }
                    }).join();
            socket.sendText("{\"runtime\":\"python\",\"code\":\"import time\\nfor _ in range(10000): print(input())\\ntry: time.sleep(60)\\nexcept KeyboardInterrupt: print('interrupted')\",\"limits\":{\"wallTimeMs\":240000}}", true).join();
            assertThat(events.poll(10, TimeUnit.SECONDS)).contains("started");
            for (int i = 0; i < 10_000; i++) {
                socket.sendText("{\"stdin\":\"line %d\\n\"}".formatted(i), true).join();
                assertThat(events.poll(10, TimeUnit.SECONDS)).contains("line %d\\n".formatted(i));
            }
            socket.sendText("{\"signal\":2}", true).join();
            assertThat(events.poll(10, TimeUnit.SECONDS)).contains("interrupted");
            assertThat(events.poll(10, TimeUnit.SECONDS)).contains("\"exitCode\":0");
        }
    }

    @Test
    void runtimesAreListedWithTheirLimits() {
        given().get("/v1/runtimes").then().statusCode(200)
                .body("runtimes.id", hasItems("bash:5.2", "node:24", "python:3.13"))
                .body("runtimes.find { it.id == 'python:3.13' }.limits.wallTimeMs", equalTo(10_000))
                .body("runtimes.find { it.id == 'python:3.13' }.ceilings.wallTimeMs", equalTo(300_000))
                .body("runtimes.find { it.id == 'python:3.13' }.aliases", hasItems("python3", "py", "python:3"))
                .body("runtimes.find { it.id == 'python:3.13' }.available", equalTo(true));
    }

    @Test
    void operatorSeesHealthMetricsAndTheApi() {
        given().contentType(ContentType.JSON).body(python("1")).post(EXECUTIONS).then().statusCode(200);
        given().get("/health/live").then().statusCode(200);
        given().get("/health/ready").then().statusCode(200).body(containsString("python:3.13"));
        given().get("/openapi").then().statusCode(200).body(containsString("/v1/executions"), containsString("SubmissionRequest"));
        assertThat(given().get("/metrics").asString().lines()).anyMatch(line -> line.startsWith("mayfly_sandbox_lease_wait_seconds_count{") && line.contains("start=\"warm\""))
                .anyMatch(line -> line.startsWith("mayfly_execution_outcome_total{") && line.contains("outcome=\"Exited\""))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_pool_ready"))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_pool_alive"))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_pool_leased"))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_pool_waiting"))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_destroyed_total{reason=\"used\""))
                .anyMatch(line -> line.startsWith("mayfly_sandbox_create_failures_total"));
    }

    @Test
    void containersOfTheServiceCarryItsLabels() throws Exception {
        assertThat(DockerCommand.containers("dev.mayfly.service=test-http")).isNotEmpty();
    }
}
