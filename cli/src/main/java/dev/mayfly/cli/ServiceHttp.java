package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Requests to a running service. What it refuses ends the command with its words.
final class ServiceHttp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(60); // for a sandbox, or a large file
    private static final int GOOD = 2;
    private static final int HUNDRED = 100;
    private static final int MOST_WORDS_BYTES = 100_000;

    private final URI service;
    private final Optional<String> apiKey;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

    ServiceHttp(Home home) {
        service = home.service();
        apiKey = home.apiKey();
    }

    /// One request for JSON.
    static JsonNode get(Home home, String path) throws InterruptedException {
        try (var http = new ServiceHttp(home)) {
            return http.get(path);
        }
    }

    JsonNode get(String path) throws InterruptedException {
        return json("GET", path, BodyPublishers.noBody());
    }

    JsonNode post(String path, ObjectNode body) throws InterruptedException {
        return json("POST", path, BodyPublishers.ofString(body.toString()));
    }

    JsonNode delete(String path) throws InterruptedException {
        return json("DELETE", path, BodyPublishers.noBody());
    }

    void put(String path, ObjectNode body) throws InterruptedException {
        json("PUT", path, BodyPublishers.ofString(body.toString()));
    }

    /// @param condition a header, `If-Match` or `If-None-Match`
    JsonNode put(String path, ObjectNode body, Map.Entry<String, String> condition) throws InterruptedException {
        return json("PUT", path, BodyPublishers.ofString(body.toString()), condition.getKey(), condition.getValue());
    }

    /// Empty where there is nothing.
    Optional<JsonNode> find(String path) throws InterruptedException {
        try {
            return Optional.of(get(path));
        } catch (CliException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private JsonNode json(String method, String path, BodyPublisher body, String... headers) throws InterruptedException {
        var request = request(path).timeout(LONG_PATIENCE).header("Accept", "application/json").method(method, body);
        byte[] answer = bytes((headers.length == 0 ? request : request.headers(headers)).build());
        try {
            return answer.length == 0 ? MissingNode.getInstance() : Json.STRICT.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new CliException(CliException.OUR_FAULT, "%s did not answer with JSON".formatted(service.resolve(path)));
        } catch (IOException e) {
            throw unreachable();
        }
    }

    byte[] bytes(String path) throws InterruptedException {
        return bytes(request(path).timeout(LONG_PATIENCE).GET().build());
    }

    void put(String path, byte[] content) throws InterruptedException {
        bytes(request(path).setHeader("Content-Type", "application/octet-stream").timeout(LONG_PATIENCE).PUT(BodyPublishers.ofByteArray(content)).build());
    }

    private byte[] bytes(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            requireGood(response.statusCode(), response.body());
            return response.body();
        } catch (HttpTimeoutException e) {
            throw new CliException(CliException.OUR_FAULT, "the service has not answered for %d s".formatted(LONG_PATIENCE.toSeconds()));
        } catch (IOException e) {
            throw unreachable();
        }
    }

    /// Calls the receiver with each event's name and data, until the last one has come.
    void follow(String path, ObjectNode body, String last, BiConsumer<String, JsonNode> receiver) throws InterruptedException, IOException {
        try (InputStream events = stream(path, body);
                var lines = new BufferedReader(new InputStreamReader(events, UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    receiver.accept(name, Json.STRICT.readTree(line.substring("data:".length())));
                    if (name.equals(last)) {
                        return;
                    }
                }
            }
        }
        throw new CliException(CliException.OUR_FAULT, "the connection to the service broke");
    }

    /// An answer that comes as server-sent events; ends when it is closed.
    private InputStream stream(String path, ObjectNode body) throws InterruptedException, IOException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request(path).header("Accept", "text/event-stream").POST(BodyPublishers.ofString(body.toString())).build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unreachable();
        }
        if (response.statusCode() / HUNDRED != GOOD) {
            try (InputStream words = response.body()) {
                requireGood(response.statusCode(), words.readNBytes(MOST_WORDS_BYTES));
            }
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(service.resolve(path)).header("Content-Type", "application/json");
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request;
    }

    private static void requireGood(int status, byte[] body) {
        if (status / HUNDRED == GOOD) {
            return;
        }
        JsonNode problem;
        try {
            problem = Json.STRICT.readTree(body);
        } catch (IOException e) {
            problem = MissingNode.getInstance();
        }
        String words = problem.path("detail").asText(problem.path("title").asText(new String(body, UTF_8)));
        throw switch (status) {
            case 401 -> new CliException(CliException.WRONG_USE, "the service asks for a valid API key; set MAYFLY_API_KEY");
            case 404 -> CliException.notFound("%s. %s".formatted(problem.path("title").asText(), words));
            case 400, 403, 409, 412, 413, 422 -> new CliException(CliException.WRONG_USE, words);
            default -> new CliException(CliException.OUR_FAULT, words.isBlank() ? "the service answered with %d".formatted(status) : words);
        };
    }

    private CliException unreachable() {
        return new CliException(CliException.OUR_FAULT, "nothing listens on %s; ./mayfly up starts the service".formatted(service));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
