package dev.mayfly.cli;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.SubmissionRequest;
import dev.mayfly.wire.SubmissionRequestBuilder;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.jspecify.annotations.Nullable;

/// Runs on a service, over its WebSocket.
final class ServiceRunner implements Runner {
    private static final int MAX_MESSAGE_LENGTH = 32 << 20; // a service's own
    private static final int CHUNK_BYTES = 1 << 15;
    private static final int SHORT_WAIT_MILLIS = 10;

    private final CompletableFuture<RunResult> result = new CompletableFuture<>();
    private final ServiceConnection connection;
    private volatile Output output = (stream, bytes) -> {};
    private volatile boolean begun;

    private ServiceRunner(URI service, Optional<String> apiKey) {
        connection = new ServiceConnection(URI.create(service.toString().replaceFirst("^http", "ws") + "/v1/executions/interactive"),
                apiKey.map(key -> Map.of("Authorization", "Bearer " + key)).orElse(Map.of()),
                new ServiceConnection.Receiver() {
                    @Override
                    public void message(String text) throws IOException {
                        event(text);
                    }

                    @Override
                    public void ended(Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                });
    }

    /// Empty when nothing listens there. Throws `CliException` when something else answers.
    static Optional<ServiceRunner> connect(URI service, Optional<String> apiKey) {
        var runner = new ServiceRunner(service, apiKey);
        if (runner.connection.open()) {
            return Optional.of(runner);
        }
        Throwable failure = runner.result.exceptionNow();
        if (failure instanceof SocketException) {
            return Optional.empty();
        }
        throw refusal(service, failure);
    }

    private static CliException refusal(URI service, Throwable failure) {
        return switch (failure instanceof ServiceConnection.Closed closed ? closed.httpStatus() : "") {
            case "401" -> new CliException(CliException.WRONG_USE, service + " asks for a valid API key; set MAYFLY_API_KEY");
            case "403" -> new CliException(CliException.WRONG_USE, service + " does not let this API key run programs; it needs the scope execute");
            default -> new CliException(CliException.OUR_FAULT, "%s does not answer as Mayfly does: %s".formatted(service, report(failure)));
        };
    }

    private static @Nullable String report(@Nullable Throwable failure) {
        return failure instanceof ServiceConnection.Closed ? failure.getMessage() : String.valueOf(failure);
    }

    /// Brings the JSON classes to life before they are needed.
    static Map<String, Object> prepare() throws IOException {
        String json = PlainJson.write(SubmissionRequestBuilder.builder().code("").files(List.of()).args(List.of()).env(Map.of()).limits(Map.of()).outputs(List.of()).build());
        return PlainJson.read(json);
    }

    @Override
    public RunResult run(SubmissionRequest submission, Optional<WindowSize> terminal, InputStream stdin, Output sink) throws InterruptedException {
        output = sink;
        String message = Runner.json(submission, terminal);
        if (message.length() > MAX_MESSAGE_LENGTH) {
            connection.hangUp();
            throw new CliException(CliException.WRONG_USE, "the program and its files are too large: %d MiB, of at most %d"
                    .formatted(message.length() >> 20, MAX_MESSAGE_LENGTH >> 20));
        }
        send(message);
        begun = true;
        Thread.ofPlatform().daemon().name("stdin").start(() -> feed(stdin));
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliException known
                    ? known
                    : new CliException(CliException.OUR_FAULT, "the connection to the service broke: " + report(e.getCause()));
        } finally {
            connection.hangUp();
        }
    }

    /// Closing it ends a read that waits on a platform thread. A JVM that ends first waits 0.3 s for threads that are
    /// in such a call.
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
        if (begun) { // the first message is the submission
            send("{\"signal\":" + number + "}");
        }
    }

    @Override
    public void resize(WindowSize size) {
        if (begun) {
            send("{\"resize\":{\"rows\":%d,\"cols\":%d}}".formatted(size.rows(), size.cols()));
        }
    }

    /// In order, and without waiting; a connection that broke shows where its events are received.
    private void send(String text) {
        try {
            connection.send(text);
        } catch (WebsocketNotConnectedException e) {
            connection.remember(e);
        }
    }

    private void event(String text) throws IOException {
        var event = new RunResult(PlainJson.read(text));
        RunResult data = event.part("data");
        Optional<EventName> known = EventName.named(event.text("event"));
        if (known.isEmpty()) {
            return; // what later services may add
        }
        switch (known.get()) {
            case STARTED -> output.started();
            case COMPILED -> {
                Encoding encoding = Encoding.byName(data.text("encoding"));
                output.compiled(encoding.decode(data.text("stdout")), encoding.decode(data.text("stderr")));
            }
            case CASE -> {} // the command asks for none
            case STDOUT -> output.accept(OutputChunk.Stream.STDOUT, bytes(data));
            case STDERR -> output.accept(OutputChunk.Stream.STDERR, bytes(data));
            case OUTCOME -> result.complete(data);
            case REJECTED -> result.completeExceptionally(Rejections.exception(data.text("problem"), data.text("detail")));
        }
    }

    private static byte[] bytes(RunResult data) {
        return Encoding.byName(data.text("encoding")).decode(data.text("data"));
    }
}
