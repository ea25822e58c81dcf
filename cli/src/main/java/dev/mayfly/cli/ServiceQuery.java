package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a running service for what it knows.
final class ServiceQuery {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ServiceQuery() {}

    static JsonNode get(Home home, String path) throws InterruptedException {
        URI url = home.service().resolve(path);
        var request = HttpRequest.newBuilder(url).timeout(PATIENCE).header("Accept", "application/json");
        home.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode answer = Json.STRICT.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new CliException(CliException.OUR_FAULT, "%s answered with %d: %s".formatted(url, response.statusCode(), answer.path("detail").asText(answer.path("title").asText())));
            }
            return answer;
        } catch (JsonProcessingException e) {
            throw new CliException(CliException.OUR_FAULT, "%s did not answer with JSON".formatted(url));
        } catch (IOException e) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on %s; ./mayfly up starts the service".formatted(home.service()));
        }
    }
}
