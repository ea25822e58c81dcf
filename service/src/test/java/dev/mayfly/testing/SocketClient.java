package dev.mayfly.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.wire.Json;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;

/// A client of the interactive door: its events one after the other, and how the connection ended.
public final class SocketClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final AtomicInteger pings = new AtomicInteger();
    private final WebSocketClient client;

    public SocketClient(URI service) throws InterruptedException {
        this(service, Map.of());
    }

    public SocketClient(URI service, Map<String, String> headers) throws InterruptedException {
        this(service, "/v1/executions/interactive", headers);
    }

    /// Of another door.
    public SocketClient(URI service, String path, Map<String, String> headers) throws InterruptedException {
        client = new WebSocketClient(URI.create(service.toString().replaceFirst("^http", "ws") + path), headers) {
            @Override
            public void onOpen(ServerHandshake handshake) {
                opened.complete(true);
            }

            @Override
            public void onMessage(String message) {
                try {
                    events.add(Json.STRICT.readTree(message));
                } catch (Exception e) {
                    throw new AssertionError(message, e);
                }
            }

            @Override
            public void onWebsocketPing(WebSocket connection, Framedata frame) {
                pings.incrementAndGet();
                super.onWebsocketPing(connection, frame);
            }

            @Override
            public void onClose(int code, String reason, boolean remote) {
                opened.complete(false);
                closed.complete(code);
            }

            @Override
            public void onError(Exception failure) {}
        };
        client.setDaemon(true);
        client.setConnectionLostTimeout(0);
        client.connect();
        if (!opened.completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS).join()) { // a service may open it only to say why it closes it
            throw new AssertionError("no connection");
        }
    }

    public WebSocketClient raw() {
        return client;
    }

    public SocketClient send(String json) {
        client.send(json);
        return this;
    }

    /// The next event; throws when none comes.
    public JsonNode next() throws InterruptedException {
        JsonNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event; the connection's end: " + closed.getNow(-1));
        }
        return event;
    }

    /// The next event of that name, without those before it.
    public JsonNode next(String name) throws InterruptedException {
        JsonNode event = next();
        while (!event.path("event").asText().equals(name)) {
            event = next();
        }
        return event.path("data");
    }

    /// Output until it contains the text.
    public String outputUntil(String text) throws InterruptedException {
        var output = new StringBuilder();
        while (output.indexOf(text) < 0) {
            JsonNode event = next();
            if (event.path("event").asText().equals("outcome")) {
                throw new AssertionError("it ended with %s behind: %s".formatted(event, output));
            }
            output.append(event.path("data").path("data").asText());
        }
        return output.toString();
    }

    public int pings() {
        return pings.get();
    }

    /// The code that the connection was closed with.
    public int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.close();
    }
}
