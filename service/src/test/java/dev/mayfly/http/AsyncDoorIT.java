package dev.mayfly.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.testing.NeedsDocker;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Executions that are kept, over HTTP and the real engine.
@QuarkusTest
@Tag("quarkus")
@NeedsDocker
class AsyncDoorIT {
    private static final String EXECUTIONS = "/v1/executions";

    @TestHTTPResource
    URI service;

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(60)).until(() -> given().get("/health/ready").statusCode() == 200);
    }

    private static RequestSpecification python(String code) {
        return given().contentType(ContentType.JSON).body(Map.of("runtime", "python", "code", code, "labels", Map.of("test", "kept")));
    }

    private static String accept(String code) {
        return python(code).header("Prefer", "respond-async").post(EXECUTIONS).then().statusCode(202).extract().path("id");
    }

    private static Response ended(String id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> given().get(EXECUTIONS + "/" + id).path("state").equals("finished"));
        return given().get(EXECUTIONS + "/" + id);
    }

    @Test
    void callerIsAnsweredAtOnceAndFindsTheWholeResultLater() {
        Response accepted = python("import sys; print(6*7); sys.stderr.write('é'); sys.exit(3)").header("Prefer", "respond-async").post(EXECUTIONS);
        accepted.then().statusCode(202)
                .header("Preference-Applied", "respond-async")
                .header("Location", containsString(EXECUTIONS + "/" + accepted.path("id")));
        int position = accepted.path("queuePosition");
        assertThat(position).isNotNegative();
        assertThat(accepted.<String>path("state")).isEqualTo(position == 0 ? "running" : "queued");
        Response result = ended(accepted.path("id"));
        result.then().statusCode(200)
                .body("outcome", equalTo(Map.of("kind", "exited", "exitCode", 3)))
                .body("stdout", equalTo("42\n")).body("stderr", equalTo("é")).body("encoding", equalTo("utf-8"))
                .body("attempts", equalTo(1)).body("labels", equalTo(Map.of("test", "kept")))
                .body("acceptedAt", notNullValue()).body("finishedAt", notNullValue());
        // the very fields of the answer to one who waits, and those of an execution that is kept
        Map<String, Object> awaited = python("print(6*7)").post(EXECUTIONS).jsonPath().getMap("");
        assertThat(result.jsonPath().getMap("").keySet()).containsAll(awaited.keySet());
    }

    @Test
    void callerWhoWaitsALittleGetsTheResultWhenItComesInTime() {
        python("print('quick')").header("Prefer", "respond-async, wait=20").post(EXECUTIONS).then()
                .statusCode(200).body("stdout", equalTo("quick\n"));
        Response late = python("import time; time.sleep(5); print('slow')").header("Prefer", "respond-async, wait=1").post(EXECUTIONS);
        late.then().statusCode(202).header("Retry-After", notNullValue());
        ended(late.path("id")).then().body("stdout", equalTo("slow\n"));
    }

    @Test
    void sameKeyIsOneExecution() {
        String key = ExecutionId.next();
        String code = "import random; print(random.random())";
        Response first = python(code).header("Idempotency-Key", key).post(EXECUTIONS);
        Response again = python(code).header("Idempotency-Key", "\"" + key + "\"").post(EXECUTIONS);
        first.then().statusCode(200).header("Idempotent-Replayed", nullValue());
        again.then().statusCode(200).header("Idempotent-Replayed", "true");
        assertThat(again.jsonPath().getMap("")).isEqualTo(first.jsonPath().getMap(""));
        python("print(1)").header("Idempotency-Key", key).post(EXECUTIONS).then()
                .statusCode(422).contentType("application/problem+json")
                .body("type", equalTo("/problems/key-reused")).body("field", equalTo("Idempotency-Key"));
        // as a stream, too
        List<String> lines = python(code).header("Idempotency-Key", key).accept("text/event-stream").post(EXECUTIONS).body().asString().lines().toList();
        assertThat(lines).contains("event:started", "event:outcome");
        assertThat(String.join("", lines)).contains(first.<String>path("stdout").strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "has space", "é"})
    void wrongKeyIsReported(String key) {
        given().contentType(ContentType.JSON).body(Map.of("runtime", "python", "code", "1")).header("Idempotency-Key", key).post(EXECUTIONS).then()
                .statusCode(400).body("field", equalTo("Idempotency-Key"));
    }

    @Test
    void runningExecutionIsCancelledOnce() {
        String id = accept("import time; print('on', flush=True); time.sleep(60)");
        await().atMost(Duration.ofSeconds(20)).until(() -> given().get(EXECUTIONS + "/" + id).path("state").equals("running"));
        given().delete(EXECUTIONS + "/" + id).then().statusCode(oneOf(200, 202));
        ended(id).then().body("outcome", equalTo(Map.of("kind", "cancelled", "by", "client")));
        // what has ended is removed
        given().delete(EXECUTIONS + "/" + id).then().statusCode(204);
        given().get(EXECUTIONS + "/" + id).then().statusCode(404);
        given().delete(EXECUTIONS + "/" + id).then().statusCode(404);
    }

    @Test
    void listTellsTheWholeOutcome() {
        String id = accept("import sys; sys.exit(7)");
        ended(id);
        given().queryParam("label", "test:kept").get(EXECUTIONS).then()
                .body("executions.find { it.id == '%s' }.outcome".formatted(id), equalTo(Map.of("kind", "exited", "exitCode", 7)));
    }

    @Test
    void unknownIdsAreProblems() {
        String nobody = EXECUTIONS + "/" + ExecutionId.next();
        for (Response answer : List.of(given().get(nobody), given().delete(nobody), given().get(nobody + "/events"))) {
            answer.then().statusCode(404).contentType("application/problem+json").body("type", equalTo("/problems/unknown-execution"));
        }
        given().get(EXECUTIONS + "/batch/" + ExecutionId.next()).then().statusCode(404).body("type", equalTo("/problems/unknown-batch"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "state=dead", "label=x", "from=yesterday", "until=1"})
    void wrongQueriesAreReported(String query) {
        given().get(EXECUTIONS + "?" + query).then().statusCode(400).body("field", equalTo(query.substring(0, query.indexOf('='))));
    }

    @Test
    void pagesLeadThroughTheList() {
        String run = ExecutionId.next();
        for (int i = 0; i < 5; i++) {
            given().contentType(ContentType.JSON).header("Prefer", "respond-async")
                    .body(Map.of("runtime", "python", "code", "1", "labels", Map.of("run", run))).post(EXECUTIONS).then().statusCode(202);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonPath page = given().queryParam("label", "run:" + run).queryParam("limit", 2)
                    .queryParams(cursor.isEmpty() ? Map.of() : Map.of("cursor", cursor)).get(EXECUTIONS).jsonPath();
            seen.addAll(page.getList("executions.id"));
            cursor = page.getString("next");
        }
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        seen.forEach(AsyncDoorIT::ended);
    }

    @Test
    void batchTellsOfEachItem() {
        String body = "{\"executions\": [{\"runtime\": \"python\", \"code\": \"print(1)\"}, {\"runtime\": \"python\"}, {\"code\": \"print(2)\", \"runtime\": \"python\"}]}";
        Response batch = given().contentType(ContentType.JSON).body(body).post(EXECUTIONS + "/batch");
        batch.then().statusCode(202).body("accepted", equalTo(2)).body("executions", hasSize(3))
                .body("executions[1].rejected.problem", equalTo("invalid-submission")).body("executions[0].id", notNullValue());
        String id = batch.path("batchId");
        await().atMost(Duration.ofSeconds(30)).until(() -> given().get(EXECUTIONS + "/batch/" + id).path("state").equals("finished"));
        given().get(EXECUTIONS + "?batch=" + id).then().body("executions", hasSize(2)).body("executions[0].batchId", equalTo(id));
        given().contentType(ContentType.JSON).body("{\"executions\": []}").post(EXECUTIONS + "/batch").then().statusCode(400).body("field", equalTo("executions"));
    }

    // ---- streams

    private record Event(long id, String name, String data) {}

    /// Reads so many events and then breaks the connection; 0: to the end.
    private List<Event> read(String id, long after, int most) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s/%s/events".formatted(service.getPort(), EXECUTIONS, id)));
        if (after >= 0) {
            request.header("Last-Event-ID", String.valueOf(after));
        }
        List<Event> events = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var lines = new BufferedReader(new InputStreamReader(
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8));
            try (lines) {
                String name = "";
                String data = "";
                long number = -1;
                for (String line = lines.readLine(); line != null && (most == 0 || events.size() < most); line = lines.readLine()) {
                    if (line.startsWith("event:")) {
                        name = line.substring(6);
                    } else if (line.startsWith("data:")) {
                        data = line.substring(5);
                    } else if (line.startsWith("id:")) {
                        number = Long.parseLong(line.substring(3));
                    } else if (line.isEmpty() && number >= 0) {
                        events.add(new Event(number, name, data));
                        number = -1;
                    }
                }
            }
            client.shutdownNow();
        }
        return events;
    }

    @Test
    void streamGoesOnWhereItBroke() throws Exception {
        String id = accept("import time\nfor i in range(60):\n  print(i, flush=True); time.sleep(0.03)");
        List<Event> all = new ArrayList<>();
        while (all.isEmpty() || !all.getLast().name().equals("outcome")) {
            all.addAll(read(id, all.isEmpty() ? -1 : all.getLast().id(), 7));
        }
        assertThat(all.stream().map(Event::id)).containsExactlyElementsOf(IntStream.range(0, all.size()).mapToObj(i -> (long) i).toList());
        String output = all.stream().filter(event -> event.name().equals("stdout"))
                .map(event -> JsonPath.from(event.data()).getString("data")).reduce("", String::concat);
        assertThat(output.lines()).containsExactlyElementsOf(IntStream.range(0, 60).mapToObj(String::valueOf).toList());
        // and all of it again after the end
        assertThat(read(id, -1, 0)).isEqualTo(all);
        assertThat(read(id, all.get(all.size() - 2).id(), 0)).containsExactly(all.getLast());
        given().header("Last-Event-ID", all.getLast().id()).get(EXECUTIONS + "/" + id + "/events").then().statusCode(204);
        given().get(EXECUTIONS + "/" + id + "/events").then().statusCode(200)
                .header("Content-Type", startsWith("text/event-stream")).header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
        given().header("Last-Event-ID", "x").get(EXECUTIONS + "/" + id + "/events").then().statusCode(400);
    }
}
