package dev.mayfly.cli;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.SubmissionRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/// Runs on a service, over its WebSocket.
final class ServiceRunner implements Runner {
    private static final int CHUNK_BYTES = 1 << 15;
    private static final int SHORT_WAIT_MILLIS = 10;

    private final CompletableFuture<RunResult> result = new CompletableFuture<>();
    private final Connection connection;
    private volatile Output output = (stream, bytes) -> {};

    private ServiceRunner(URI service, Optional<String> apiKey) {
        connection = new Connection(URI.create(service.toString().replaceFirst("^http", "ws") + "/v1/executions/interactive"),
                apiKey.map(key -> Map.of("Authorization", "Bearer " + key)).orElse(Map.of()));
    }

    /// Empty when nothing listens there. Throws `CliException` when something else answers.
    static Optional<ServiceRunner> connect(URI service, Optional<String> apiKey) throws InterruptedException {
        var runner = new ServiceRunner(service, apiKey);
        if (runner.connection.connectBlocking()) {
            return Optional.of(runner);
        }
        Throwable failure = runner.result.exceptionNow();
        if (failure instanceof ConnectException) {
            return Optional.empty();
        }
        throw refusal(service, failure);
    }

    private static CliException refusal(URI service, Throwable failure) {
        return switch (failure instanceof Closed closed ? closed.httpStatus() : "") {
            case "401" -> new CliException(CliException.WRONG_USE, service + " asks for a valid API key; set MAYFLY_API_KEY");
            case "403" -> new CliException(CliException.WRONG_USE, service + " does not let this API key run programs; it needs the scope execute");
            default -> new CliException(CliException.OUR_FAULT, "%s does not answer as Mayfly does: %s".formatted(service, told(failure)));
        };
    }

    private static @Nullable String told(@Nullable Throwable failure) {
        return failure instanceof Closed ? failure.getMessage() : String.valueOf(failure);
    }

    /// Brings the JSON classes to life before they are needed.
    static Map<String, Object> prepare() throws IOException {
        String json = PlainJson.write(new SubmissionRequest(null, "", List.of(), null, List.of(), Map.of(), null, null, Map.of(), List.of(), null, null));
        return PlainJson.read(json);
    }

    @Override
    @SuppressWarnings("resource") // closing the socket under the connection's hands ends it at once, where its own farewell waits for the other side's
    public RunResult run(SubmissionRequest submission, InputStream stdin, Output sink) throws InterruptedException {
        output = sink;
        send(PlainJson.write(submission));
        Thread.ofPlatform().daemon().name("stdin").start(() -> feed(stdin));
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliException told
                    ? told
                    : new CliException(CliException.OUR_FAULT, "the connection to the service broke: " + told(e.getCause()));
        } finally {
            connection.hangUp();
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
                    Thread.sleep(SHORT_WAIT_MILLIS);
                    continue;
                }
                byte[] piece = Arrays.copyOf(chunk, length);
                connection.awaitSent();
                send("{\"stdin\":\"" + Base64.getEncoder().encodeToString(piece) + "\",\"encoding\":\"base64\"}");
            }
            send("{\"eof\":true}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            send("{\"eof\":true}"); // what could be read was sent
        }
    }

    @Override
    public void signal(int number) {
        send("{\"signal\":%d}".formatted(number));
    }

    /// In order, and without waiting; a connection that broke shows where its events are received.
    private void send(String text) {
        try {
            connection.send(text);
        } catch (WebsocketNotConnectedException e) {
            result.completeExceptionally(e);
        }
    }

    private void event(String text) throws IOException {
        var event = new RunResult(PlainJson.read(text));
        RunResult data = event.part("data");
        switch (event.text("event")) {
            case "stdout" -> output.accept(OutputChunk.Stream.STDOUT, bytes(data));
            case "stderr" -> output.accept(OutputChunk.Stream.STDERR, bytes(data));
            case "outcome" -> result.complete(data);
            case "rejected" -> result.completeExceptionally(Rejections.exception(data.text("problem"), data.text("detail")));
            default -> {} // started, and what later services may add
        }
    }

    private static byte[] bytes(RunResult data) {
        return Encoding.byName(data.text("encoding")).decode(data.text("data"));
    }

    /// It ended before the outcome came.
    private static final class Closed extends IOException {
        private static final String NO_UPGRADE = "Invalid status code received: ";
        private static final int DIGITS = 3;

        Closed(String reason) {
            super(reason);
        }

        /// Of a service that answered, and not with a WebSocket; else empty.
        String httpStatus() {
            String reason = String.valueOf(getMessage());
            return reason.startsWith(NO_UPGRADE) ? reason.substring(NO_UPGRADE.length(), NO_UPGRADE.length() + DIGITS) : "";
        }
    }

    /// Reads no further while an event is written out, which is the back-pressure.
    private final class Connection extends WebSocketClient {
        Connection(URI address, Map<String, String> headers) {
            super(address, headers);
            setDaemon(true);
            setTcpNoDelay(true);
            setConnectionLostTimeout(0); // no pings: a program may be silent as long as it runs
        }

        /// What was sent before is on its way, or nearly so.
        void awaitSent() throws InterruptedException {
            while (hasBufferedData() && isOpen()) {
                Thread.sleep(1);
            }
        }

        void hangUp() {
            try {
                getSocket().close();
            } catch (IOException e) {
                System.getLogger(ServiceRunner.class.getName()).log(System.Logger.Level.DEBUG, "it was gone already", e);
            }
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            // Nothing is sent before the run begins.
        }

        @Override
        public void onMessage(String message) {
            try {
                event(message);
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        @Override
        public void onClose(int code, @Nullable String reason, boolean remote) {
            result.completeExceptionally(new Closed(reason == null || reason.isEmpty() ? "it closed with status " + code : reason));
        }

        @Override
        public void onError(Exception failure) {
            result.completeExceptionally(failure);
        }
    }
}
