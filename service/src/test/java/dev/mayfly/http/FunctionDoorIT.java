package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions are stored and run over HTTP, in each way in which a submission is.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRoot
class FunctionDoorIT {
    private static final String GREET = "{\"runtime\": \"python\", \"code\": \"import json, os, sys; print('hello', json.load(sys.stdin)['name'], os.environ['MAYFLY_INPUT'])\"}";
    private static final String ADA = "{\"input\": {\"name\": \"Ada\"}}";
    private static final String HELLO = "hello Ada {\"name\":\"Ada\"}\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private ServiceProcess service;
    private Path store;

    @BeforeAll
    void start() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        store = folder.resolve("secretive.db");
        service = new ServiceProcess("test-functions", folder, Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_STORE_URL", "sqlite:" + store,
                "MAYFLY_SECRETS_KEY_FILE", folder.resolve("secrets.keys").toString())).awaitReady();
        assertThat(send("PUT", "/v1/functions/greet", GREET).statusCode()).isEqualTo(201);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(service.url().resolve(path)).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private JsonNode json(String method, String path, String body, String... headers) throws Exception {
        HttpResponse<String> answer = send(method, path, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }

    private static void isTheGreeting(JsonNode result) {
        assertThat(result.path("stdout").textValue()).as(result.toString()).isEqualTo(HELLO);
        assertThat(result.path("function").toString()).isEqualTo("{\"name\":\"greet\",\"version\":1,\"trigger\":\"api\"}");
    }

    @Test
    void functionRunsInEachWayOfASubmission() throws Exception {
        isTheGreeting(json("POST", "/v1/functions/greet/executions", ADA));
        isTheGreeting(json("POST", "/v1/functions/greet@1/executions", ADA));
        isTheGreeting(json("POST", "/v1/executions", "{\"function\": \"greet\", " + ADA.substring(1)));
        isTheGreeting(json("POST", "/v1/functions/greet/executions", ADA, "Prefer", "respond-async, wait=60"));
        isTheGreeting(json("POST", "/v1/functions/greet/executions", ADA, "Idempotency-Key", "greet-ada"));
        HttpResponse<String> again = send("POST", "/v1/functions/greet/executions", ADA, "Idempotency-Key", "greet-ada");
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        HttpResponse<String> accepted = send("POST", "/v1/functions/greet/executions", ADA, "Prefer", "respond-async");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        await().untilAsserted(() -> isTheGreeting(json("GET", location, "")));
        String events = send("POST", "/v1/functions/greet/executions", ADA, "Accept", "text/event-stream").body();
        assertThat(events).contains("event:started", "hello Ada", "event:outcome", "\"function\":{\"name\":\"greet\"");
        JsonNode batch = json("POST", "/v1/executions/batch", "{\"executions\": [{\"function\": \"greet\", %s, {\"function\": \"none\"}]}".formatted(ADA.substring(1)));
        assertThat(batch.at("/executions/1/rejected/problem").textValue()).isEqualTo("unknown-function");
        String item = "/v1/executions/" + batch.at("/executions/0/id").textValue();
        await().untilAsserted(() -> isTheGreeting(json("GET", item, "")));
    }

    @Test
    void programIsCheckedBeforeItIsStoredAndDoesNotRun() throws Exception {
        String endless = "import time\\nwhile True: time.sleep(1)";
        json("PUT", "/v1/functions/endless?check=syntax", "{\"runtime\": \"python\", \"code\": \"%s\"}".formatted(endless));
        json("PUT", "/v1/functions/shown?check=syntax", "{\"runtime\": \"python\", \"code\": \"1 + 1\", \"display\": true}");
        HttpResponse<String> refused = send("PUT", "/v1/functions/endless?check=syntax", "{\"runtime\": \"python\", \"code\": \"%s(\"}".formatted(endless));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).path("detail").textValue()).contains("exit code 1", "main.py", "line 2", "SyntaxError");
        assertThat(json("GET", "/v1/functions/endless", "").path("version").intValue()).isOne();
    }

    @Test
    void functionHasNoMoreExecutionsAtOnceThanItAllows() throws Exception {
        json("PUT", "/v1/functions/narrow", "{\"runtime\": \"python\", \"code\": \"import time\\nwhile True: time.sleep(1)\", \"concurrency\": 1, \"limits\": {\"wallTimeMs\": 60000}}");
        String first = json("POST", "/v1/functions/narrow/executions", "", "Prefer", "respond-async").path("id").textValue();
        await().until(() -> json("GET", "/v1/executions/" + first, "").path("state").textValue().equals("running"));
        HttpResponse<String> refused = send("POST", "/v1/functions/narrow/executions", "");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(JSON.readTree(refused.body()).path("type").textValue()).endsWith("/function-busy");
        String second = json("POST", "/v1/functions/narrow/executions", "", "Prefer", "respond-async").path("id").textValue();
        isTheGreeting(json("POST", "/v1/functions/greet/executions", ADA, "Prefer", "respond-async, wait=60"));
        assertThat(json("GET", "/v1/executions/" + second, "").path("state").textValue()).isEqualTo("queued");
        send("DELETE", "/v1/executions/" + first, "");
        await().until(() -> json("GET", "/v1/executions/" + second, "").path("state").textValue().equals("running"));
        send("DELETE", "/v1/executions/" + second, "");
    }

    @Test
    void everyExecutionIsInTheLogWithItsOutput() throws Exception {
        json("PUT", "/v1/functions/logged", "{\"runtime\": \"python\", \"code\": \"import sys; print('out'); print('err', file=sys.stderr); sys.exit(len(sys.argv) - 1)\"}");
        assertThat(json("POST", "/v1/functions/logged/executions", "").path("stdout").textValue()).isEqualTo("out\n");
        json("POST", "/v1/functions/logged/executions", "{\"args\": [\"x\"]}", "Prefer", "respond-async, wait=60");
        send("POST", "/v1/functions/logged/executions", "", "Accept", "text/event-stream");
        await().untilAsserted(() -> assertThat(json("GET", "/v1/functions/logged/executions", "").path("executions")).hasSize(3));
        JsonNode log = json("GET", "/v1/functions/logged/executions", "");
        assertThat(log.at("/lastHour/executions").asInt()).isEqualTo(3);
        assertThat(log.at("/lastHour/succeeded").asInt()).isEqualTo(2);
        assertThat(log.at("/lastDay/outcomes/exited").asInt()).isEqualTo(3);
        assertThat(log.at("/lastDay/latencyMs/p95").asLong()).isPositive();
        for (JsonNode execution : log.path("executions")) {
            JsonNode whole = json("GET", "/v1/executions/" + execution.path("id").textValue(), "");
            assertThat(whole.path("stdout").textValue() + whole.path("stderr").textValue()).isEqualTo("out\nerr\n");
            assertThat(whole.at("/function/name").textValue()).isEqualTo("logged");
        }
        // page by page
        JsonNode first = json("GET", "/v1/functions/logged/executions?limit=2&state=finished", "");
        JsonNode rest = json("GET", "/v1/functions/logged/executions?limit=2&cursor=" + first.path("next").textValue(), "");
        assertThat(first.path("executions").size() + rest.path("executions").size()).isEqualTo(3);
        // also when the function is gone
        assertThat(send("DELETE", "/v1/functions/logged", "").statusCode()).isEqualTo(204);
        assertThat(json("GET", "/v1/functions/logged/executions", "").path("executions")).hasSize(3);
    }

    @Test
    void versionsAreListedComparedAndRolledBackTo() throws Exception {
        json("PUT", "/v1/functions/steps", "{\"runtime\": \"python\", \"code\": \"print(1)\", \"description\": \"one\"}");
        HttpResponse<String> second = send("PUT", "/v1/functions/steps", "{\"runtime\": \"python\", \"code\": \"print(2)\", \"description\": \"two\"}");
        assertThat(second.statusCode()).isEqualTo(200);
        String tag = second.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).isEqualTo("\"%s\"".formatted(JSON.readTree(second.body()).path("digest").textValue()));
        assertThat(send("GET", "/v1/functions/steps", "").headers().firstValue("ETag")).contains(tag);
        JsonNode changes = json("GET", "/v1/functions/steps/difference?from=1&to=2", "").path("changes");
        assertThat(changes.findValuesAsText("field")).containsExactly("code", "description");
        assertThat(changes.at("/0/diff").textValue()).contains("-print(1)", "+print(2)");
        assertThat(changes.at("/1/from").textValue()).isEqualTo("one");
        assertThat(json("POST", "/v1/functions/steps/rollback", "{\"version\": 1}", "If-Match", tag).path("version").asInt()).isEqualTo(1);
        assertThat(json("POST", "/v1/functions/steps/executions", "").path("stdout").textValue()).isEqualTo("1\n");
        // that was another's change by now
        for (HttpResponse<String> late : List.of(
            send("PUT", "/v1/functions/steps", GREET, "If-Match", tag), send("POST", "/v1/functions/steps/rollback", "{\"version\": 2}", "If-Match", tag),
            send("DELETE", "/v1/functions/steps", "", "If-Match", tag), send("PUT", "/v1/functions/steps", GREET, "If-None-Match", "*"))) {
            assertThat(late.statusCode()).isEqualTo(412);
            assertThat(late.body()).contains("/problems/precondition-failed");
        }
        JsonNode versions = json("GET", "/v1/functions/steps/versions?limit=1", "");
        assertThat(versions.path("current").asInt()).isEqualTo(1);
        assertThat(versions.at("/versions/0/version").asInt()).isEqualTo(2);
        assertThat(json("GET", "/v1/functions/steps/versions?cursor=" + versions.path("next").textValue(), "").at("/versions/0/description").textValue()).isEqualTo("one");
        assertThat(json("GET", "/v1/functions/steps/versions/2", "").at("/definition/code").textValue()).isEqualTo("print(2)");
        // what GET answers, PUT takes
        String definition = json("GET", "/v1/functions/steps", "").path("definition").toString();
        assertThat(json("PUT", "/v1/functions/steps", definition).path("version").asInt()).isEqualTo(1);
    }

    /// The program proves that it has the secret by its digest, and nothing else may show it.
    @Test
    void secretIsTheProgramsAndStandsNowhereElse() throws Exception {
        String value = "value" + HexFormat.of().formatHex(SecureRandom.getSeed(16));
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8)));
        List<String> seen = new ArrayList<>();
        String function = "{\"runtime\": \"python\", \"code\": \"import hashlib, os; print(hashlib.sha256(os.environ['TOKEN'].encode()).hexdigest())\", \"secrets\": [\"TOKEN\"]}";
        HttpResponse<String> missing = send("PUT", "/v1/functions/secretive", function);
        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(missing.body()).contains("/problems/missing-secret", "TOKEN");
        assertThat(send("PUT", "/v1/secrets/TOKEN", "{\"value\": \"%s\"}".formatted(value)).statusCode()).isEqualTo(201);
        assertThat(send("PUT", "/v1/secrets/TOKEN", "{\"value\": \"%s\"}".formatted(value)).statusCode()).isEqualTo(204);
        for (String wrong : List.of("{\"value\": [\"%s\"]}", "{\"value\": \"%s\", \"more\": 1}", "{\"%s\": 1}", "\"%s\"", "{\"value\": \"%s", "{\"value\": %s}")) {
            HttpResponse<String> refused = send("PUT", "/v1/secrets/TOKEN", wrong.formatted(value));
            assertThat(refused.statusCode()).isEqualTo(400);
            seen.add(refused.body());
        }
        seen.add(send("PUT", "/v1/functions/secretive", function).body());
        for (String[] way : new String[][] {{"Prefer", "wait=60"}, {"Prefer", "respond-async, wait=60"}, {"Idempotency-Key", "secretive"}, {"Accept", "text/event-stream"}}) {
            HttpResponse<String> answer = send("POST", "/v1/functions/secretive/executions", "{\"env\": {\"TOKEN\": \"not this one\"}}", way);
            assertThat(answer.body()).contains(digest);
            seen.add(answer.body());
        }
        await().untilAsserted(() -> assertThat(json("GET", "/v1/functions/secretive/executions", "").path("executions")).hasSize(4));
        for (String path : List.of("/v1/secrets", "/v1/functions/secretive", "/v1/functions/secretive/versions/1", "/v1/functions/secretive/executions", "/v1/executions", "/metrics", "/v1/info")) {
            seen.add(send("GET", path, "").body());
        }
        for (JsonNode execution : json("GET", "/v1/functions/secretive/executions", "").path("executions")) {
            String path = "/v1/executions/" + execution.path("id").textValue();
            seen.add(send("GET", path, "").body());
            seen.add(send("GET", path + "/events", "").body());
        }
        assertThat(json("GET", "/v1/secrets", "").path("secrets").findValuesAsText("name")).contains("TOKEN");
        assertThat(send("DELETE", "/v1/secrets/TOKEN", "").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/secrets/TOKEN", "").statusCode()).isEqualTo(404);
        HttpResponse<String> gone = send("POST", "/v1/functions/secretive/executions", "");
        assertThat(gone.statusCode()).isEqualTo(422);
        seen.add(gone.body());
        seen.add(service.log());
        try (var files = Files.walk(store.getParent())) {
            for (Path file : files.filter(Files::isRegularFile).filter(each -> each.getFileName().toString().startsWith("secretive.db")).toList()) {
                seen.add(Files.readString(file, ISO_8859_1));
            }
        }
        assertThat(seen).hasSizeGreaterThan(26).noneMatch(text -> text.contains(value)).anyMatch(text -> text.contains(digest));
    }

    @Test
    void functionRunsByItselfWhenItIsDue() throws Exception {
        String code = "import json, os, sys; print(json.load(sys.stdin)['n'], os.environ['MAYFLY_DUE_AT'])";
        JsonNode stored = json("PUT", "/v1/functions/ticking",
                "{\"runtime\": \"python\", \"code\": \"%s\", \"schedule\": {\"everySeconds\": 1, \"overlap\": \"allow\", \"input\": {\"n\": 7}}}".formatted(code));
        assertThat(stored.at("/schedule/status").textValue()).isEqualTo("active");
        assertThat(stored.at("/schedule/next")).hasSize(5);
        assertThat(stored.path("schedule").has("recent")).isFalse();
        await().untilAsserted(() -> assertThat(json("GET", "/v1/functions/ticking/schedule", "").path("recent").size()).isGreaterThan(1));
        JsonNode paused = json("POST", "/v1/functions/ticking/schedule/pause", "");
        assertThat(paused.path("status").textValue()).isEqualTo("paused");
        assertThat(paused.path("next")).isEmpty();
        assertThat(json("GET", "/v1/functions/ticking", "").at("/schedule/pausedAt").textValue()).isEqualTo(paused.path("pausedAt").textValue());
        for (JsonNode due : paused.path("recent")) {
            String id = due.path("executionId").textValue();
            await().untilAsserted(() -> assertThat(json("GET", "/v1/executions/" + id, "").path("stdout").textValue()).isEqualTo("7 %s\n".formatted(due.path("dueAt").textValue())));
            assertThat(json("GET", "/v1/executions/" + id, "").at("/function/trigger").textValue()).isEqualTo("schedule");
        }
        assertThat(json("POST", "/v1/functions/ticking/schedule/resume", "").path("status").textValue()).isEqualTo("active");
        assertThat(send("DELETE", "/v1/functions/ticking", "").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/v1/functions/ticking/schedule", "").statusCode()).isEqualTo(404);
        HttpResponse<String> wrong = send("PUT", "/v1/functions/ticking", "{\"runtime\": \"python\", \"code\": \"1\", \"schedule\": {\"cron\": \"99 * * * *\"}}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(wrong.body()).path("field").textValue()).isEqualTo("schedule.cron");
    }

    @Test
    void listGoesOnAtItsCursor() throws Exception {
        for (String name : List.of("list-a", "list-b", "list-c")) {
            json("PUT", "/v1/functions/" + name, GREET);
        }
        JsonNode page = json("GET", "/v1/functions?limit=2&cursor=list-", "");
        assertThat(page.path("functions").findValuesAsText("name")).containsExactly("list-a", "list-b");
        assertThat(page.path("functions").path(0).has("definition")).isFalse();
        assertThat(json("GET", "/v1/functions?limit=2&cursor=" + page.path("next").textValue(), "").path("functions").findValuesAsText("name")).startsWith("list-c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PUT    | /v1/functions/Greet                        | {"code": "1"}                            | 400 | function
            PUT    | /v1/functions/wrong                        | {"runtime": "cobol", "code": "1"}        | 422 | runtime
            PUT    | /v1/functions/wrong                        | {"runtime": "python"}                    | 400 | code
            PUT    | /v1/functions/wrong                        | {"runtime": "python", "code": "1", "x": 1} | 400 | x
            PUT    | /v1/functions/wrong                        | [1]                                      | 400 |
            PUT    | /v1/functions/wrong?check=syntax           | {"runtime": "python", "code": "print("}  | 400 | code
            PUT    | /v1/functions/wrong?check=syntax           | {"runtime": "node", "entrypoint": "a.js", "files": [{"path": "a.js", "content": ""}, {"path": "b.js", "content": "("}]} | 400 | files
            PUT    | /v1/functions/wrong?check=syntax           | {"runtime": "python", "entrypoint": "run", "files": [{"path": "run", "content": "("}, {"path": "lib.py", "content": ""}]} | 400 | files
            PUT    | /v1/functions/wrong?check=style            | {"runtime": "python", "code": "1"}       | 400 | check
            PUT    | /v1/functions/wrong                        | {"runtime": "python", "code": "1", "concurrency": "2"} | 400 | concurrency
            GET    | /v1/functions/wrong                        |                                          | 404 |
            DELETE | /v1/functions/wrong                        |                                          | 404 |
            GET    | /v1/functions/wrong/versions               |                                          | 404 |
            GET    | /v1/functions/greet/versions/9             |                                          | 404 |
            GET    | /v1/functions/greet/versions/x             |                                          | 400 | version
            GET    | /v1/functions/greet/difference?from=1      |                                          | 400 | to
            GET    | /v1/functions/greet/difference?from=1&to=9 |                                          | 404 |
            GET    | /v1/functions?cursor=A                     |                                          | 400 | cursor
            POST   | /v1/functions/greet/rollback               | {}                                       | 400 | version
            POST   | /v1/functions/greet/rollback               | {"version": 9}                           | 404 |
            PUT    | /v1/secrets/a-b                            | {"value": "1"}                           | 400 | name
            PUT    | /v1/secrets/WRONG                          | {"value": 1}                             | 400 | value
            PUT    | /v1/secrets/WRONG                          | {"value": ""}                            | 400 | value
            DELETE | /v1/secrets/WRONG                          |                                          | 404 |
            PUT    | /v1/functions/wrong                        | {"runtime": "python", "code": "1", "secrets": ["a b"]} | 400 | secrets
            PUT    | /v1/functions/wrong                        | {"runtime": "python", "code": "1", "secrets": ["NONE"]} | 422 | secrets
            POST   | /v1/functions/wrong/executions             |                                          | 404 | function
            POST   | /v1/functions/greet@9/executions           |                                          | 404 | function
            POST   | /v1/functions/greet@0/executions           |                                          | 400 | function
            POST   | /v1/functions/greet/executions             | {"code": "1"}                            | 400 | code
            POST   | /v1/functions/greet/executions             | {"function": "greet"}                    | 400 | function
            POST   | /v1/functions/greet/executions             | {"input": 1, "stdin": "1"}               | 400 | input
            POST   | /v1/executions                             | {"function": "greet", "runtime": "node"} | 400 | runtime
            POST   | /v1/executions                             | {"runtime": "python", "code": "1", "input": 1} | 400 | input
            """)
    void whatCannotBeIsRefusedWithTheFieldsName(String method, String path, String body, int status, String field) throws Exception {
        HttpResponse<String> answer = send(method, path, body == null ? "" : body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JSON.readTree(answer.body()).path("field").textValue()).isEqualTo(field);
    }
}
