package dev.mayfly.http.piston;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.NpmProject;
import dev.mayfly.testing.RawClient;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.SocketClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of Piston, as they are on npm (`src/test/clients`), and what its command line sends over a WebSocket.
@NeedsRoot
class PistonClientsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-piston", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady();
        await().atMost(PATIENCE).until(() -> service.get("/api/v2/runtimes").body().contains("\"typescript\"")); // the last one
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static JsonNode execute(String json, String... headers) throws Exception {
        HttpResponse<String> answer = service.post("/api/v2/execute", json, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void npmClientsWorkUnchanged() throws Exception {
        JsonNode all = JSON.readTree(new NpmProject(Path.of("service/src/test/clients"), "piston-clients").npm("run", "--silent", "piston", "--", service.url().toString()));
        assertThat(all.path("runtimes").findValuesAsText("language")).contains("python", "javascript", "bash", "c").doesNotContain("node");
        assertThat(all.path("runtimes").findValuesAsText("version")).allMatch(version -> version.matches("\\d+\\.\\d+\\.\\d+"));
        // piston-client sends text/plain, limits of -1 and arguments that nobody gave
        assertThat(all.at("/python/run/stdout").asText()).as("%s", all.path("python")).isEqualTo("['1', '2', '3'] typed\n");
        assertThat(all.at("/javascript/run/stdout").asText()).as("%s", all.path("javascript")).isEqualTo("a,b c\n");
        assertThat(all.at("/javascript/language").asText()).isEqualTo("javascript");
        assertThat(all.at("/unknownToClient/message").asText()).isEqualTo("version is required as a string");
        assertThat(all.at("/c/run/stdout").asText()).as("%s", all.path("c")).isEqualTo("compiled\n");
        assertThat(all.at("/c/compile/code").asInt(-1)).isZero();
        for (String client : new String[] {"browser", "node"}) {
            JsonNode results = all.path(client);
            assertThat(results.findValuesAsText("success")).as(client).containsOnly("true");
            assertThat(results.path("runtimes").path("data")).isEqualTo(all.path("runtimes"));
            assertThat(results.at("/order/data/run/output").asText()).as(client).isEqualTo("out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n");
            assertThat(results.at("/order/data/run/stderr").asText()).isEqualTo("err 0\nerr 1\nerr 2\n");
            assertThat(results.at("/order/data/run/code").asInt(-1)).isZero();
            assertThat(results.at("/order/data/run/signal").isNull()).isTrue();
            assertThat(results.at("/timeout/data/run/signal").asText()).as(client).isEqualTo("SIGKILL");
            assertThat(results.at("/timeout/data/run/status").asText()).isEqualTo("TO");
            assertThat(results.at("/timeout/data/run/code").isNull()).isTrue();
            assertThat(results.at("/unknown/data/message").asText()).isEqualTo("cobol-* runtime is unknown");
            assertThat(results.at("/ceiling/data/message").asText()).isEqualTo("run_timeout cannot exceed the configured limit of 300000");
            assertThat(results.at("/signal/data/run/signal").asText()).isEqualTo("SIGSEGV");
            assertThat(results.at("/files/data/run/stdout").asText()).as("%s", results.path("files")).isEqualTo("taken b'\\x00\\xff'\n");
        }
    }

    @Test
    void bothAddressesAreTheSame() throws Exception {
        assertThat(service.get("/api/v2/piston/runtimes").body()).isEqualTo(service.get("/api/v2/runtimes").body());
        HttpResponse<String> answer = service.post("/api/v2/piston/execute", "{\"language\": \"bash\", \"version\": \"5.x\", \"files\": [{\"content\": \"echo $1\"}], \"args\": [\"a\"]}");
        assertThat(JSON.readTree(answer.body()).at("/run/output").asText()).as(answer.body()).isEqualTo("a\n");
        assertThat(service.get("/api/v2/packages").body()).isEqualTo("[]");
    }

    @Test
    void highestVersionWithinTheRangeRuns() throws Exception {
        String program = "{\"language\": \"node\", \"version\": \"%s\", \"files\": [{\"content\": \"console.log(process.version)\"}]}";
        JsonNode newest = execute(program.formatted(">=20"));
        assertThat(newest.path("version").asText()).isEqualTo("24.0.0");
        assertThat(newest.at("/run/stdout").asText()).startsWith("v24.");
        HttpResponse<String> none = service.post("/api/v2/execute", program.formatted("^3"));
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).isEqualTo("{\"message\":\"node-^3 runtime is unknown\"}");
    }

    @Test
    void whatWasUsedIsReported() throws Exception {
        JsonNode run = execute("{\"language\": \"python\", \"version\": \"*\", \"files\": [{\"content\": \"n = 0\\nwhile n < 3_000_000: n += 1\"}]}").path("run");
        assertThat(run.path("cpu_time").asLong()).isPositive();
        assertThat(run.path("wall_time").asLong()).isPositive();
        assertThat(run.path("memory").asLong()).isGreaterThan(1 << 20);
        assertThat(run.path("message").isNull()).isTrue();
        assertThat(run.path("status").isNull()).isTrue();
    }

    @Test
    void programThatDoesNotCompileHasARunAllTheSame() throws Exception {
        JsonNode answer = execute("{\"language\": \"c\", \"version\": \"*\", \"files\": [{\"name\": \"prog\", \"content\": \"int main(void) { return missing; }\"}]}");
        assertThat(answer.at("/compile/code").asInt()).isEqualTo(1);
        assertThat(answer.at("/compile/stderr").asText()).contains("prog.c", "missing");
        assertThat(answer.at("/run/code").asInt()).isEqualTo(1);
        assertThat(answer.at("/run/output").asText()).isEmpty();
        assertThat(answer.at("/run/message").asText()).contains("did not compile");
    }

    @Test
    void clientThatLeavesEndsItsProgram() throws Exception {
        String program = "{\"language\": \"bash\", \"version\": \"*\", \"files\": [{\"content\": \"sleep 1000\"}], \"run_timeout\": 300000}";
        try (var client = new RawClient(service.url())) {
            client.send("POST /api/v2/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s".formatted(program.length(), program));
            await().atMost(PATIENCE).until(() -> leased("1.0"));
        }
        await().atMost(PATIENCE).until(() -> leased("0.0"));
    }

    private static boolean leased(String count) throws Exception {
        return service.get("/metrics").body().lines().anyMatch(line -> line.endsWith("sandbox_pool_leased " + count));
    }

    private static SocketClient connect(String path) throws InterruptedException {
        return new SocketClient(service.url(), path, Map.of());
    }

    private static String init(String language, String code) {
        return JSON.createObjectNode().put("type", "init").put("language", language).put("version", "*").put("run_timeout", 60_000)
                .set("files", JSON.createArrayNode().add(JSON.createObjectNode().put("name", "prog").put("content", code))).toString();
    }

    private static String data(String text) {
        return JSON.createObjectNode().put("type", "data").put("stream", "stdin").put("data", text).toString();
    }

    /// What one stream says until it has said this.
    private static void reads(SocketClient socket, String stream, String text) throws InterruptedException {
        var said = new StringBuilder();
        while (said.indexOf(text) < 0) {
            JsonNode message = socket.next();
            assertThat(message.path("type").asText()).as("%s, behind %s", message, said).isEqualTo("data");
            assertThat(message.path("stream").asText()).as("%s", message).isEqualTo(stream);
            said.append(message.path("data").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v2/connect", "/api/v2/piston/connect"})
    void commandLineTypesToItsProgram(String path) throws Exception {
        try (SocketClient socket = connect(path)) {
            socket.send(init("python", "import sys\nname = input('name? ')\nprint('hello', name, flush=True)\nprint('bye', file=sys.stderr)\nsys.exit(4)"));
            assertThat(socket.next()).isEqualTo(JSON.createObjectNode().put("type", "runtime").put("language", "python").put("version", "3.13.0"));
            assertThat(socket.next().path("stage").asText()).isEqualTo("run");
            reads(socket, "stdout", "name? ");
            socket.send(data("Ada\n"));
            reads(socket, "stdout", "hello Ada\n");
            reads(socket, "stderr", "bye\n");
            assertThat(socket.next()).hasToString("{\"type\":\"exit\",\"stage\":\"run\",\"code\":4,\"signal\":null}");
            assertThat(socket.closeCode()).isEqualTo(4999);
        }
    }

    @Test
    void commandLineSignalsItsProgram() throws Exception {
        try (SocketClient socket = connect("/api/v2/connect")) {
            socket.send(init("bash", "echo ready; exec sleep 1000"));
            socket.next();
            socket.next();
            reads(socket, "stdout", "ready\n");
            socket.send("{\"type\": \"signal\", \"signal\": \"SIGTERM\"}");
            assertThat(socket.next()).hasToString("{\"type\":\"exit\",\"stage\":\"run\",\"code\":null,\"signal\":\"SIGTERM\"}");
            assertThat(socket.closeCode()).isEqualTo(4999);
        }
    }

    @Test
    void compilersStageComesFirst() throws Exception {
        try (SocketClient socket = connect("/api/v2/connect")) {
            socket.send(init("c", "#include <stdio.h>\nint main(void) { puts(\"compiled\"); return 0; }"));
            socket.next();
            assertThat(socket.next().path("stage").asText()).isEqualTo("compile");
            assertThat(socket.next()).hasToString("{\"type\":\"exit\",\"stage\":\"compile\",\"code\":0,\"signal\":null}");
            assertThat(socket.next().path("stage").asText()).isEqualTo("run");
            reads(socket, "stdout", "compiled\n");
            assertThat(socket.next().path("stage").asText()).isEqualTo("run");
            assertThat(socket.closeCode()).isEqualTo(4999);
        }
        try (SocketClient socket = connect("/api/v2/connect")) {
            socket.send(init("c", "int main(void) { return missing; }"));
            socket.next();
            socket.next();
            reads(socket, "stderr", "missing");
            JsonNode exit = socket.next();
            while (exit.path("type").asText().equals("data")) {
                exit = socket.next();
            }
            assertThat(exit).hasToString("{\"type\":\"exit\",\"stage\":\"compile\",\"code\":1,\"signal\":null}");
            assertThat(socket.closeCode()).isEqualTo(4999);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "4000 | {\"type\": \"init\"}",
        "4002 | what",
        "4002 | {\"type\": \"what\"}",
        "4004 | {\"type\": \"data\", \"stream\": \"stdout\", \"data\": \"x\"}",
        "4005 | {\"type\": \"signal\", \"signal\": \"SIGWHAT\"}"})
    void messageThatCannotBeClosesTheConnectionAndEndsTheProgram(int code, String message) throws Exception {
        try (SocketClient socket = connect("/api/v2/connect")) {
            socket.send(init("bash", "echo ready; exec sleep 1000"));
            socket.next();
            socket.next();
            reads(socket, "stdout", "ready\n");
            socket.send(message);
            assertThat(socket.closeCode()).isEqualTo(code);
        }
        await().atMost(PATIENCE).until(() -> leased("0.0"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "4003 | {\"type\": \"data\", \"stream\": \"stdin\", \"data\": \"x\"}     |",
        "4003 | {\"type\": \"signal\", \"signal\": \"SIGINT\"}                   |",
        "4002 | {\"type\": \"init\", \"version\": \"*\"}                         | language is required as a string",
        "4002 | {\"type\": \"init\", \"language\": \"cobol\", \"version\": \"*\"}| cobol-* runtime is unknown",
        "4002 | {}                                                               | type must be init, data or signal"})
    void firstMessageThatIsNotAProgramClosesTheConnection(int code, String message, @Nullable String error) throws Exception {
        try (SocketClient socket = connect("/api/v2/connect")) {
            socket.send(message);
            if (error != null) {
                assertThat(socket.next().path("message").asText()).isEqualTo(error);
            }
            assertThat(socket.closeCode()).isEqualTo(code);
        }
    }

    @Test
    void silentConnectionIsClosed() throws Exception {
        try (SocketClient socket = connect("/api/v2/connect")) {
            assertThat(socket.closeCode()).isEqualTo(4001);
        }
    }
}
