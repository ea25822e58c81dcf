package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.SocketClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A tenant holds a sandbox over HTTP, and nobody else can reach it.
@NeedsRoot
class SessionDoorIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ServiceProcess service;
    private static String alice;
    private static String bob;
    private static String reader;

    @BeforeAll
    static void start() throws Exception {
        var access = new AccessFile(folder.resolve("access.json"));
        alice = access.create("alice", Set.of(Scope.EXECUTE), Optional.empty()).token();
        bob = access.create("bob", Set.of(Scope.EXECUTE), Optional.empty()).token();
        reader = access.create("alice", Set.of(Scope.READ), Optional.empty()).token();
        service = new ServiceProcess("test-sessions", ServiceProcess.lockFolder(), Map.of(
                "MAYFLY_ENGINE", "oci", "MAYFLY_ACCESS_FILE", folder.resolve("access.json").toString(), "MAYFLY_SESSIONS_MAX_PER_TENANT", "3", "MAYFLY_SESSIONS_MAX", "5"))
                .awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(service.url().resolve(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json").timeout(PATIENCE);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(request(alice, path).POST(BodyPublishers.ofString(json)));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(alice, path).GET());
    }

    private static HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(alice, path).DELETE());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    /// The path of a session that is open until it is closed.
    private record Open(String path) implements AutoCloseable {
        static Open python() throws Exception {
            return with("{\"runtime\": \"python\"}");
        }

        static Open with(String body) throws Exception {
            HttpResponse<String> answer = post("/v1/sessions", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return new Open(answer.headers().firstValue("Location").orElseThrow());
        }

        JsonNode cell(String code) throws Exception {
            HttpResponse<String> answer = post(path + "/cells", JSON.writeValueAsString(Map.of("code", code, "timeoutMs", 60_000)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer);
        }

        String result(String code) throws Exception {
            return cell(code).at("/result/data/text~1plain").asText();
        }

        @Override
        public void close() throws Exception {
            delete(path);
        }
    }

    @Test
    void cellsKeepStateAndReportAll() throws Exception {
        try (Open session = Open.python()) {
            JsonNode first = session.cell("import sys\nx = 20\nprint('out')\nprint('err', file=sys.stderr)\ndisplay(x)");
            assertThat(first.get("status").asText()).isEqualTo("completed");
            assertThat(first.get("stdout").asText()).isEqualTo("out\n");
            assertThat(first.get("stderr").asText()).isEqualTo("err\n");
            assertThat(first.at("/displays/0/data/text~1plain").asText()).isEqualTo("20");
            assertThat(first.has("result")).isFalse();
            assertThat(session.result("x + 1")).isEqualTo("21");
            JsonNode raised = session.cell("1 / 0");
            assertThat(raised.get("status").asText()).isEqualTo("raised");
            assertThat(raised.at("/error/name").asText()).isEqualTo("ZeroDivisionError");
            assertThat(raised.at("/error/trace").asText()).contains("1 / 0").doesNotContain("cells.py");
        }
    }

    @Test
    void cellStreams() throws Exception {
        try (Open session = Open.python()) {
            HttpResponse<String> answer = send(request(alice, session.path() + "/cells").header("Accept", "text/event-stream")
                    .POST(BodyPublishers.ofString("{\"code\": \"print('hello')\\n6 * 7\"}")));
            assertThat(answer.statusCode()).isEqualTo(200);
            String names = answer.body().lines().filter(line -> line.startsWith("event:")).map(line -> line.substring(6).strip()).collect(Collectors.joining(" "));
            assertThat(names).isEqualTo("stdout result ended");
            assertThat(answer.body()).contains("\"data\":\"hello\\n\"", "\"text/plain\":\"42\"", "\"status\":\"completed\"");
        }
    }

    @Test
    void callerThatLeavesInterruptsItsCell() throws Exception {
        try (Open session = Open.python()) {
            HttpResponse<InputStream> stream = HTTP.send(request(alice, session.path() + "/cells").header("Accept", "text/event-stream")
                    .POST(BodyPublishers.ofString("{\"code\": \"import time\\nkept = 5\\nprint('begun')\\ntime.sleep(1000)\", \"timeoutMs\": 600000}")).build(), BodyHandlers.ofInputStream());
            assertThat(stream.body().read()).isPositive(); // it has begun
            stream.body().close();
            assertThat(session.result("kept")).isEqualTo("5"); // waits for its turn: the other one is over
        }
    }

    @Test
    void interruptEndsTheCellThatRuns() throws Exception {
        try (Open session = Open.python()) {
            var running = HTTP.sendAsync(request(alice, session.path() + "/cells").POST(BodyPublishers.ofString("{\"code\": \"import time; time.sleep(1000)\", \"timeoutMs\": 600000}")).build(),
                    BodyHandlers.ofString());
            await().atMost(PATIENCE).until(() -> json(post(session.path() + "/interrupt", "")).get("interrupted").asBoolean());
            assertThat(JSON.readTree(running.get().body()).get("status").asText()).isEqualTo("interrupted");
        }
    }

    @Test
    void commandAnswersWithItsOutcomeAndOutput() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\", \"env\": {\"A\": \"of the session\"}, \"files\": [{\"path\": \"in.txt\", \"content\": \"given\"}]}")) {
            JsonNode ended = json(post(session.path() + "/commands", "{\"line\": \"cat in.txt; echo $A$B; echo oh >&2; exit 3\", \"env\": {\"B\": \"!\"}}"));
            assertThat(ended.at("/outcome/exitCode").asInt()).isEqualTo(3);
            assertThat(ended.get("stdout").asText()).isEqualTo("givenof the session!\n");
            assertThat(ended.get("stderr").asText()).isEqualTo("oh\n");
            assertThat(json(post(session.path() + "/commands", "{\"command\": [\"cat\"], \"stdin\": \"AAH/\", \"stdinEncoding\": \"base64\"}")).get("stdout").asText()).isEqualTo("AAH/");
            assertThat(json(get(session.path() + "/commands")).get("commands")).isEmpty();
        }
    }

    @Test
    void commandInTheBackgroundIsFedFollowedAndKilled() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\"}")) {
            HttpResponse<String> started = post(session.path() + "/commands", "{\"command\": [\"cat\"], \"background\": true, \"keepStdin\": true}");
            assertThat(started.statusCode()).isEqualTo(201);
            String command = started.headers().firstValue("Location").orElseThrow();
            assertThat(post(command + "/input", "{\"stdin\": \"one\\n\"}").statusCode()).isEqualTo(204);
            await().atMost(PATIENCE).until(() -> json(get(command)).get("stdout").asText().equals("one\n"));
            assertThat(json(get(command)).get("state").asText()).isEqualTo("running");
            post(command + "/input", "{\"stdin\": \"two\\n\", \"eof\": true}");
            assertThat(get(command + "/events").body()).contains("one\\n", "two\\n", "\"exitCode\":0");
            assertThat(send(request(alice, command + "/events").header("Last-Event-ID", "1").GET()).body()).doesNotContain("one\\n").contains("event:ended");
            String sleeper = post(session.path() + "/commands", "{\"line\": \"sleep 1000\", \"background\": true}").headers().firstValue("Location").orElseThrow();
            assertThat(json(delete(sleeper)).at("/outcome/kind").asText()).isEqualTo("cancelled");
            assertThat(delete(sleeper).statusCode()).isEqualTo(200);
            assertThat(get(sleeper).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void filesComeAndGoByteForByte() throws Exception {
        try (Open session = Open.python()) {
            byte[] content = new byte[100_000];
            new Random(1).nextBytes(content);
            HttpResponse<String> written = HTTP.send(request(alice, session.path() + "/files?path=a/b.bin").setHeader("Content-Type", "application/octet-stream").PUT(BodyPublishers.ofByteArray(content)).build(),
                    BodyHandlers.ofString());
            assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
            assertThat(json(written).get("sizeBytes").asLong()).isEqualTo(100_000);
            assertThat(HTTP.send(request(alice, session.path() + "/files?path=/work/a/b.bin").GET().build(), BodyHandlers.ofByteArray()).body()).isEqualTo(content);
            assertThat(post(session.path() + "/files", "{\"move\": \"a/b.bin\", \"to\": \"c/d.bin\"}").statusCode()).isEqualTo(200);
            assertThat(json(get(session.path() + "/entries?path=/work&depth=2")).get("entries").findValuesAsText("path")).contains("/work/c", "/work/c/d.bin").doesNotContain("/work/a/b.bin");
            assertThat(delete(session.path() + "/files?path=c").statusCode()).isEqualTo(204);
            assertThat(get(session.path() + "/files?path=c/d.bin").statusCode()).isEqualTo(404);
            assertThat(get(session.path() + "/files?path=/work").statusCode()).isEqualTo(409);
            assertThat(delete(session.path() + "/files?path=/etc/passwd").statusCode()).isEqualTo(403);
        }
    }

    private static String typedUntil(SocketClient terminal, String text) throws InterruptedException {
        var shown = new StringBuilder();
        while (shown.indexOf(text) < 0) {
            JsonNode event = terminal.next();
            assertThat(event.path("event").asText()).as("%s, behind %s", event, shown).isEqualTo("stdout");
            shown.append(event.at("/data/data").asText());
        }
        return shown.toString();
    }

    @Test
    void terminalIsAShellOfTheSession() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\", \"files\": [{\"path\": \"in.txt\", \"content\": \"given\"}]}");
                SocketClient terminal = new SocketClient(service.url(), session.path() + "/terminal", Map.of("Authorization", "Bearer " + alice))) {
            terminal.send("{\"tty\": {\"rows\": 30, \"cols\": 90}}");
            typedUntil(terminal, "$ ");
            terminal.send("{\"stdin\": \"stty size; cat in.txt\\n\"}");
            assertThat(typedUntil(terminal, "given")).contains("30 90");
            terminal.send("{\"resize\": {\"rows\": 40, \"cols\": 100}}");
            terminal.send("{\"stdin\": \"stty size; sh -c 'echo wai''ts; exec sleep 1000'\\n\"}");
            assertThat(typedUntil(terminal, "waits")).contains("40 100");
            terminal.send("{\"signal\": \"SIGINT\"}");
            terminal.send("{\"stdin\": \"exit 5\\n\"}");
            JsonNode event = terminal.next();
            while (event.path("event").asText().equals("stdout")) {
                event = terminal.next();
            }
            assertThat(event.path("event").asText()).isEqualTo("ended");
            assertThat(event.at("/data/outcome/exitCode").asInt()).isEqualTo(5);
            assertThat(terminal.closeCode()).isEqualTo(1000);
            // it is forgotten behind the close
            await().atMost(PATIENCE).until(() -> json(get(session.path() + "/commands")).get("commands").isEmpty());
        }
    }

    @Test
    void terminalEndsWithItsConnectionAndIsItsTenantsOwn() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\"}")) {
            try (SocketClient terminal = new SocketClient(service.url(), session.path() + "/terminal", Map.of("Authorization", "Bearer " + alice))) {
                terminal.send("{\"line\": \"echo begun; exec sleep 1000\"}");
                typedUntil(terminal, "begun");
                assertThat(json(get(session.path() + "/commands")).get("commands")).hasSize(1);
            }
            await().atMost(PATIENCE).until(() -> json(get(session.path() + "/commands")).get("commands").isEmpty());
            try (SocketClient stranger = new SocketClient(service.url(), session.path() + "/terminal", Map.of("Authorization", "Bearer " + bob))) {
                stranger.send("{}");
                assertThat(stranger.next().at("/data/detail").asText()).startsWith("no such session");
                assertThat(stranger.closeCode()).isEqualTo(1008);
            }
            assertThat(get(session.path() + "/terminal").statusCode()).isEqualTo(426);
        }
    }

    @Test
    void folderThatIsWatchedReportsWhatChanges() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\"}")) {
            assertThat(get(session.path() + "/watch?path=none").statusCode()).isEqualTo(404);
            assertThat(get(session.path() + "/watch?path=/work&below=perhaps").statusCode()).isEqualTo(400);
            post(session.path() + "/files", "{\"makeFolder\": \"w\"}");
            HttpResponse<InputStream> stream = HTTP.send(request(alice, session.path() + "/watch?path=/work/w&below=true").GET().build(), BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
                Iterator<String> events = lines.lines().iterator();
                while (!events.next().equals("event:watching")) {
                    // headers of the event
                }
                post(session.path() + "/commands", "{\"line\": \"echo 1 > w/a; rm -r w\"}");
                assertThat(events).toIterable().contains("data:{\"change\":\"created\",\"path\":\"/work/w/a\"}", "data:{\"change\":\"removed\",\"path\":\"/work/w/a\"}", "event:ended");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/sessions                | {}                                                   | 400 | runtime
            /v1/sessions                | {"runtime": "python", "ttlSeconds": 0}               | 400 | ttlSeconds
            /v1/sessions                | {"runtime": "python", "idleSeconds": 99999999}       | 400 | idleSeconds
            /v1/sessions                | {"runtime": "cobol"}                                 | 422 | runtime
            /v1/sessions                | {"runtime": "python", "limits": {"memoryBytes": 1e15}} | 422 | limits.memoryBytes
            /v1/sessions                | {"runtime": "python", "code": "1"}                   | 400 | code
            SESSION/cells               | {}                                                   | 400 | code
            SESSION/cells               | {"code": "1", "timeoutMs": -1}                       | 400 | timeoutMs
            SESSION/cells               | {"code": "1", "maxOutputBytes": 999999999}           | 400 | maxOutputBytes
            SESSION/commands            | {}                                                   | 400 | command
            SESSION/commands            | {"line": "a", "command": ["b"]}                      | 400 | command
            SESSION/commands            | {"command": []}                                      | 400 | command
            SESSION/commands            | {"line": "cat", "keepStdin": true}                   | 400 | keepStdin
            SESSION/commands            | {"line": "cat", "tty": {"rows": 0, "cols": 1}}       | 400 | tty
            SESSION/commands/77/input   | {"eof": true}                                        | 404 |
            """)
    void whatIsWrongIsNamed(String path, String body, int status, String field) throws Exception {
        try (Open session = Open.python()) {
            HttpResponse<String> answer = post(path.replace("SESSION", session.path()), body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(json(answer).path("field").asText(null)).isEqualTo(field);
        }
    }

    @Test
    void nobodyElseReachesIt() throws Exception {
        try (Open session = Open.python()) {
            for (String path : new String[] {session.path(), session.path() + "/commands", session.path() + "/files?path=/etc/passwd", session.path() + "/entries?path=/"}) {
                assertThat(send(request(bob, path).GET()).statusCode()).isEqualTo(404);
            }
            assertThat(send(request(bob, session.path() + "/cells").POST(BodyPublishers.ofString("{\"code\": \"1\"}"))).statusCode()).isEqualTo(404);
            assertThat(send(request(bob, session.path()).DELETE()).statusCode()).isEqualTo(404);
            assertThat(JSON.readTree(send(request(bob, "/v1/sessions").GET()).body()).get("sessions")).isEmpty();
            assertThat(send(request(reader, session.path()).GET()).statusCode()).isEqualTo(403);
            assertThat(get(session.path()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void endedSessionSaysWhy() throws Exception {
        Open closed = Open.python();
        assertThat(delete(closed.path()).statusCode()).isEqualTo(204);
        assertGone(closed, "closed");
        Open expired = Open.with("{\"runtime\": \"bash\", \"ttlSeconds\": 1}");
        await().atMost(PATIENCE).until(() -> get(expired.path()).statusCode() == 410);
        assertGone(expired, "expired");
        Open idle = Open.with("{\"runtime\": \"bash\", \"idleSeconds\": 1}");
        await().atMost(PATIENCE).until(() -> get(idle.path()).statusCode() == 410);
        assertGone(idle, "idle");
        String elsewhere = closed.path().substring(0, "/v1/sessions/".length() + 26) + "-another";
        assertThat(get(elsewhere).statusCode()).isEqualTo(421);
        assertThat(json(get(elsewhere)).get("replica").asText()).isEqualTo("another");
        assertThat(get("/v1/sessions/nothing").statusCode()).isEqualTo(404);
    }

    private static void assertGone(Open session, String reason) throws Exception {
        for (HttpResponse<String> answer : List.of(get(session.path()), delete(session.path()), post(session.path() + "/cells", "{\"code\": \"1\"}"), get(session.path() + "/files?path=a"))) {
            assertThat(answer.statusCode()).isEqualTo(410);
            assertThat(json(answer).get("reason").asText()).isEqualTo(reason);
        }
    }

    @Test
    void endIsPutOff() throws Exception {
        try (Open session = Open.with("{\"runtime\": \"bash\", \"ttlSeconds\": 60}")) {
            String before = json(get(session.path())).get("endsAt").asText();
            JsonNode after = json(send(request(alice, session.path()).method("PATCH", BodyPublishers.ofString("{\"ttlSeconds\": 600}"))));
            assertThat(after.get("endsAt").asText()).isGreaterThan(before);
        }
    }

    @Test
    void thereAreOnlySoManyOfATenant() throws Exception {
        try (Open _ = Open.python();
                Open _ = Open.python();
                Open _ = Open.python()) {
            HttpResponse<String> refused = post("/v1/sessions", "{\"runtime\": \"python\"}");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void serviceThatStopsLeavesNoSandbox() throws Exception {
        try (var other = new ServiceProcess("test-sessions-stop", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_EXECUTION_DRAIN", "1S")).awaitReady()) {
            HttpRequest open = HttpRequest.newBuilder(other.url().resolve("/v1/sessions")).header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"runtime\": \"python\"}")).build();
            assertThat(HTTP.send(open, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
            other.terminate();
            other.awaitEnd();
            assertThat(other.log()).contains("end=SHUTDOWN", "every sandbox is gone");
        }
    }
}
