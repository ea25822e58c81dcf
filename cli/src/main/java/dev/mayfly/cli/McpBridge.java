package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries JSON-RPC messages to a service's `/mcp` and its answers back, each message on a thread of its own.
/// `send` is called by one thread.
final class McpBridge implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    /// What the header `Mcp-Name` repeats, for proxies.
    private static final Map<String, String> NAMED_BY = Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");
    private static final String INITIALIZE = "initialize";
    private static final String DATA = "data:";
    private static final int PARSE_ERROR = -32700;
    private static final int SERVER_ERROR = -32000;

    private final URI service;
    private final Optional<String> apiKey;
    private final Consumer<String> answers;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
    private final Map<JsonNode, Thread> pending = new ConcurrentHashMap<>();
    private final Phaser open = new Phaser(1);
    /// What `initialize` agreed upon, for the requests behind it.
    private volatile String agreed = "";

    /// @param answers gets each message of the service; called by several threads
    McpBridge(URI service, Optional<String> apiKey, Consumer<String> answers) {
        this.service = service;
        this.apiKey = apiKey;
        this.answers = answers;
    }

    /// Returns before the answer is there.
    void send(String line) {
        JsonNode message;
        try {
            message = Json.STRICT.readTree(line);
        } catch (JsonProcessingException e) {
            answers.accept(error(NullNode.getInstance(), PARSE_ERROR, "a line must be one JSON message"));
            return;
        }
        if (message.path("method").asText().equals("notifications/cancelled")) {
            cancel(message.path("params").path("requestId"));
            return;
        }
        open.register();
        Thread carrier = Thread.ofVirtual().name("message").unstarted(() -> carry(message));
        if (message.has("id")) {
            pending.put(message.get("id"), carrier);
        }
        carrier.start();
    }

    /// A connection that is closed ends its program, in every revision of the protocol.
    private void cancel(JsonNode id) {
        Thread carrier = pending.get(id);
        if (carrier != null) {
            carrier.interrupt();
        }
    }

    void awaitAnswers() {
        open.arriveAndAwaitAdvance();
    }

    private void carry(JsonNode message) {
        JsonNode id = message.path("id");
        try {
            exchange(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // cancelled, which has no answer
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted() && !id.isMissingNode()) {
                answers.accept(error(id, SERVER_ERROR, "%s does not answer: %s; ./mayfly up starts a service, MAYFLY_URL names another one".formatted(service, reason(e))));
            }
        } finally {
            pending.remove(id, Thread.currentThread());
            open.arriveAndDeregister();
        }
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private void exchange(JsonNode message) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(request(message), BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            boolean stream = answer.headers().firstValue("Content-Type").filter(type -> type.startsWith("text/event-stream")).isPresent();
            if (stream) {
                events(body);
            } else {
                whole(message, answer.statusCode(), body.readAllBytes());
            }
        }
    }

    private HttpRequest request(JsonNode message) {
        var request = HttpRequest.newBuilder(URI.create(service + "/mcp")).POST(HttpRequest.BodyPublishers.ofString(message.toString()))
                .header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream");
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        String method = message.path("method").asText();
        String own = message.path("params").path("_meta").path(VERSION).asText();
        if (!own.isEmpty()) {
            request.header("MCP-Protocol-Version", own).header("Mcp-Method", method);
            JsonNode name = message.path("params").path(NAMED_BY.getOrDefault(method, ""));
            if (name.isTextual()) {
                request.header("Mcp-Name", header(name.textValue()));
            }
        } else if (!agreed.isEmpty() && !method.equals(INITIALIZE)) {
            request.header("MCP-Protocol-Version", agreed);
        }
        return request.build();
    }

    private static String header(String value) {
        boolean plain = value.equals(value.strip()) && value.chars().allMatch(c -> c >= ' ' && c <= '~');
        return plain ? value : "=?base64?%s?=".formatted(Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
    }

    /// Each event is one message. The service writes one without line breaks.
    private void events(InputStream body) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(body, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(DATA)) {
                answers.accept(line.substring(DATA.length()).strip());
            }
        }
    }

    private void whole(JsonNode message, int status, byte[] body) {
        JsonNode id = message.path("id");
        if (message.isObject() && id.isMissingNode()) {
            return; // a notification, which has no answer
        }
        @Nullable ObjectNode answer = json(body);
        if (answer == null || !answer.has("jsonrpc")) {
            answers.accept(error(id, SERVER_ERROR, "%s answers with status %d, and not as Mayfly does".formatted(service, status)));
            return;
        }
        if (answer.path("id").isNull() && !id.isMissingNode()) {
            answer.set("id", id); // refused before anybody had read it
        }
        if (message.path("method").asText().equals(INITIALIZE)) {
            agreed = answer.path("result").path("protocolVersion").asText();
        }
        answers.accept(answer.toString());
    }

    private static @Nullable ObjectNode json(byte[] body) {
        try {
            return Json.STRICT.readTree(body) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String error(JsonNode id, int code, String message) {
        ObjectNode error = Json.STRICT.createObjectNode().put("jsonrpc", "2.0");
        error.set("id", id);
        error.putObject("error").put("code", code).put("message", message);
        return error.toString();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
