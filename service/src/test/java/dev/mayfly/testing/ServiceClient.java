package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A caller of a service, with its key.
public final class ServiceClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long PAUSE_MILLIS = 50;
    private static final int ACCEPTED = 202;

    private final URI url;
    private final String key;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param key empty for a caller without one
    public ServiceClient(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    /// @param body JSON, for a POST; empty for a GET
    public HttpResponse<String> send(String path, String body, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + key).timeout(Duration.ofMinutes(2));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public URI url() {
        return url;
    }

    public HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json");
        return http.send(request.PUT(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The address that a function of this caller's tenant, which is stored for it, sees of who calls it so.
    ///
    /// @param door where the caller comes; `/fn/…` below it is open
    public String addressSeenBy(HttpClient caller, URI door, String tenant) throws IOException, InterruptedException {
        HttpResponse<String> stored = put("/v1/functions/who-calls", """
                {"runtime": "python", "code": "import os\\nprint('Content-Type: text/plain')\\nprint()\\nprint(os.environ['REMOTE_ADDR'], end='')", "http": {"access": "open"}}""");
        assertThat(stored.statusCode()).as(stored.body()).isIn(200, 201);
        var request = HttpRequest.newBuilder(door.resolve("/fn/%s/who-calls".formatted(tenant))).header("X-Forwarded-For", "192.0.2.9").header("Forwarded", "for=192.0.2.7");
        return caller.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    public HttpResponse<String> execute(String body, String... headers) throws IOException, InterruptedException {
        return send("/v1/executions", body, headers);
    }

    public JsonNode read(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(path, "").body());
    }

    /// How many replicas it says that there are.
    public int replicas() throws IOException, InterruptedException {
        return read("/v1/replicas").path("replicas").size();
    }

    /// How many asynchronous executions run now.
    public int running() throws IOException, InterruptedException {
        return read("/v1/executions?state=running").path("executions").size();
    }

    /// Has asynchronous executions accepted, and returns their ids.
    ///
    /// @param program whose `%d` is the number of the execution, from 0 on
    public List<String> accept(int count, String program) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            HttpResponse<String> answer = execute(program.formatted(number), "Prefer", "respond-async");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            ids.add(JSON.readTree(answer.body()).path("id").asText());
        }
        return ids;
    }

    /// Waits for all of them, each of which must have printed its number, and returns their results.
    public List<JsonNode> awaitPrinted(List<String> ids) throws IOException, InterruptedException {
        List<JsonNode> results = new ArrayList<>();
        for (int number = 0; number < ids.size(); number++) {
            results.add(awaitPrinted(ids.get(number), number));
        }
        return results;
    }

    private JsonNode awaitPrinted(String id, int number) throws IOException, InterruptedException {
        String path = "/v1/executions/" + id;
        await().atMost(PATIENCE).ignoreExceptions().until(() -> read(path).path("state").asText().equals("finished"));
        JsonNode result = read(path);
        assertPrinted(result, number);
        return result;
    }

    /// The answer is the result, or the promise of one, and its program has printed its number.
    public void awaitPrinted(HttpResponse<String> answer, int number) throws IOException, InterruptedException {
        if (answer.statusCode() == ACCEPTED) {
            awaitPrinted(JSON.readTree(answer.body()).path("id").asText(), number);
        } else {
            assertPrinted(answer, number);
        }
    }

    public static void assertPrinted(HttpResponse<String> answer, int number) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertPrinted(JSON.readTree(answer.body()), number);
    }

    /// Does this while one request follows the other, and returns those that failed.
    ///
    /// @param program whose `%d` is the number of the request
    public List<String> failuresDuring(Callable<?> work, String program) throws Exception {
        List<String> failures = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> done = threads.submit(work);
            for (int number = 0; number == 0 || !done.isDone(); number++) {
                try {
                    assertPrinted(execute(program.formatted(number)), number);
                } catch (IOException | AssertionError e) {
                    failures.add(number + ": " + e);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
            done.get();
        }
        return failures;
    }

    private static void assertPrinted(JsonNode result, int number) {
        assertThat(result.path("outcome").path("kind").asText()).as(result.toString()).isEqualTo("exited");
        assertThat(result.path("stdout").asText()).as(result.toString()).isEqualTo(number + "\n");
    }

    @Override
    public void close() {
        http.close();
    }
}
