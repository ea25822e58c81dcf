package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/// Runs on a service, over its WebSocket.
final class ServiceRunner implements Runner {
    /// A service that is newer than this command may tell more.
    private static final ObjectReader RESULT = Json.STRICT.readerFor(ResultView.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final int CHUNK_BYTES = 1 << 15;
    private static final int EMPTY_READ_MILLIS = 10;
    private static final Duration LAST_WISHES = Duration.ofMillis(200);

    private final CompletableFuture<ResultView> result = new CompletableFuture<>();
    private final Receiver receiver = new Receiver();
    private final HttpClient client;
    private final WebSocket socket;
    private Output output = (stream, bytes) -> {};
    private CompletableFuture<?> lastSent = CompletableFuture.completedFuture(null);

    private ServiceRunner(HttpClient client, URI service, Optional<String> apiKey) {
        this.client = client;
        URI interactive = URI.create(service.toString().replaceFirst("^http", "ws") + "/v1/executions/interactive");
        WebSocket.Builder builder = client.newWebSocketBuilder();
        apiKey.ifPresent(key -> builder.header("Authorization", "Bearer " + key));
        socket = builder.buildAsync(interactive, receiver).join();
    }

    /// Empty when nothing listens there. Throws `CliException` when something else answers.
    static Optional<ServiceRunner> connect(URI service, Optional<String> apiKey) {
        try {
            return Optional.of(new ServiceRunner(client(service), service, apiKey));
        } catch (CompletionException e) {
            if (e.getCause() instanceof ConnectException) {
                return Optional.empty();
            }
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw refusal(service, refused.getResponse().statusCode());
            }
            throw new CliException(CliException.OUR_FAULT, "%s does not answer as Mayfly does: %s".formatted(service, e.getCause()));
        }
    }

    private static CliException refusal(URI service, int status) {
        return switch (status) {
            case 401 -> new CliException(CliException.WRONG_USE, service + " asks for a valid API key; set MAYFLY_API_KEY");
            case 403 -> new CliException(CliException.WRONG_USE, service + " does not let this API key run programs; it needs the scope execute");
            default -> new CliException(CliException.OUR_FAULT, "%s does not answer as Mayfly does: status %d".formatted(service, status));
        };
    }

    private static HttpClient client(URI service) {
        HttpClient.Builder client = HttpClient.newBuilder();
        return "http".equals(service.getScheme()) ? client.sslContext(new NoTls()).build() : client.build();
    }

    /// Brings the JSON classes to life before they are needed.
    static void prepare() {
        var nothing = new SubmissionRequest(null, "", List.of(), null, List.of(), Map.of(), null, null, Map.of(), List.of(), null, null);
        var _ = json(nothing);
        var _ = RESULT;
    }

    @Override
    public ResultView run(SubmissionRequest submission, InputStream stdin, Output sink) throws InterruptedException {
        output = sink;
        send(json(submission));
        Thread.ofPlatform().daemon().name("stdin").start(() -> feed(stdin));
        receiver.begin();
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliException told
                    ? told
                    : new CliException(CliException.OUR_FAULT, "the connection to the service broke: " + e.getCause());
        } finally {
            client.shutdownNow();
            client.awaitTermination(LAST_WISHES);
        }
    }

    /// Closing it ends a read that waits on a platform thread. A JVM that ends first waits 0.3 s for threads that are in such a call.
    @Override
    @SuppressWarnings("resource") // it is closed with its channel
    public InputStream stdin() {
        return Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
    }

    private void feed(InputStream stdin) {
        try {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int length; (length = stdin.read(chunk)) >= 0; ) {
                if (length == 0) { // it was opened so that a read does not wait
                    Thread.sleep(EMPTY_READ_MILLIS);
                    continue;
                }
                byte[] piece = Arrays.copyOf(chunk, length);
                queue("{\"stdin\":\"%s\",\"encoding\":\"base64\"}".formatted(Base64.getEncoder().encodeToString(piece))).join();
            }
            send("{\"eof\":true}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CompletionException e) {
            send("{\"eof\":true}"); // what could be read was sent; a broken connection shows on the other side
        }
    }

    @Override
    public void signal(int number) {
        send("{\"signal\":%d}".formatted(number));
    }

    /// In order, and without waiting; a connection that broke shows where its events are received.
    private void send(String text) {
        var _ = queue(text);
    }

    private synchronized CompletableFuture<?> queue(String text) {
        lastSent = lastSent.handle((done, failed) -> null).thenCompose(done -> socket.sendText(text, true));
        return lastSent;
    }

    private static String json(Object value) {
        try {
            return Json.STRICT.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void event(String text) throws IOException {
        JsonNode event = Json.STRICT.readTree(text);
        JsonNode data = event.path("data");
        switch (event.path("event").asText()) {
            case "stdout" -> output.accept(OutputChunk.Stream.STDOUT, bytes(data));
            case "stderr" -> output.accept(OutputChunk.Stream.STDERR, bytes(data));
            case "outcome" -> result.complete(RESULT.readValue(data));
            case "rejected" -> result.completeExceptionally(
                    Rejections.exception(data.path("problem").asText(), data.path("detail").asText()));
            default -> {} // started, and what later services may add
        }
    }

    private static byte[] bytes(JsonNode data) {
        return Encoding.byName(data.path("encoding").asText()).decode(data.path("data").asText());
    }

    /// One message at a time: the next is asked for when this one is written out, which is the back-pressure.
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        void begin() {
            socket.request(1);
        }

        @Override
        public void onOpen(WebSocket opened) {
            // Nothing is asked for before the run begins.
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                try {
                    event(message.toString());
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
                message.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            result.completeExceptionally(new IOException("it closed with status %d %s".formatted(statusCode, reason)));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            result.completeExceptionally(error);
        }
    }
}
