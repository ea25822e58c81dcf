package dev.mayfly.cli;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.SubmissionRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/// Runs on a service, over its WebSocket.
final class ServiceRunner implements Runner {
    private static final int MAX_MESSAGE_LENGTH = 32 << 20; // a service's own
    private static final int CHUNK_BYTES = 1 << 15;
    private static final int SHORT_WAIT_MILLIS = 10;
    private static final Duration LAST_WISHES = Duration.ofMillis(200);

    private final CompletableFuture<RunResult> result = new CompletableFuture<>();
    private final Connection connection;
    private volatile Output output = (stream, bytes) -> {};
    private volatile boolean begun;

    private ServiceRunner(URI service, Optional<String> apiKey) {
        connection = new Connection(URI.create(service.toString().replaceFirst("^http", "ws") + "/v1/executions/interactive"),
                apiKey.map(key -> Map.of("Authorization", "Bearer " + key)).orElse(Map.of()));
    }

    /// Empty when nothing listens there. Throws `CliException` when something else answers.
    static Optional<ServiceRunner> connect(URI service, Optional<String> apiKey) {
        var runner = new ServiceRunner(service, apiKey);
        runner.connection.connect();
        if (runner.connection.opened.join()) {
            return Optional.of(runner);
        }
        Throwable failure = runner.result.exceptionNow();
        if (failure instanceof SocketException) {
            return Optional.empty();
        }
        throw refusal(service, failure);
    }

    private static CliException refusal(URI service, Throwable failure) {
        return switch (failure instanceof Closed closed ? closed.httpStatus() : "") {
            case "401" -> new CliException(CliException.WRONG_USE, service + " asks for a valid API key; set MAYFLY_API_KEY");
            case "403" -> new CliException(CliException.WRONG_USE, service + " does not let this API key run programs; it needs the scope execute");
            default -> new CliException(CliException.OUR_FAULT, "%s does not answer as Mayfly does: %s".formatted(service, report(failure)));
        };
    }

    private static @Nullable String report(@Nullable Throwable failure) {
        return failure instanceof Closed ? failure.getMessage() : String.valueOf(failure);
    }

    /// Brings the JSON classes to life before they are needed.
    static Map<String, Object> prepare() throws IOException {
        String json = PlainJson.write(new SubmissionRequest(null, "", List.of(), null, List.of(), Map.of(), null, null, Map.of(), List.of(), null, null));
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
        switch (event.text("event")) {
            case "started" -> output.started();
            case "stdout" -> output.accept(OutputChunk.Stream.STDOUT, bytes(data));
            case "stderr" -> output.accept(OutputChunk.Stream.STDERR, bytes(data));
            case "outcome" -> result.complete(data);
            case "rejected" -> result.completeExceptionally(Rejections.exception(data.text("problem"), data.text("detail")));
            default -> {} // what later services may add
        }
    }

    private static byte[] bytes(RunResult data) {
        return Encoding.byName(data.text("encoding")).decode(data.text("data"));
    }

    /// It ended before the outcome came.
    private static final class Closed extends IOException {
        private static final String NO_UPGRADE = "Invalid status code received: ";
        private static final int DIGITS = 3;

        Closed(int code, @Nullable String reason) {
            super(reason == null || reason.isEmpty() ? inWords(code) : reason);
        }

        private static String inWords(int code) {
            return switch (code) {
                case CloseFrame.NEVER_CONNECTED -> "it closed without an answer";
                case CloseFrame.ABNORMAL_CLOSE -> "it was cut off";
                default -> "it closed with status " + code;
            };
        }

        /// Of a service that answered, and not with a WebSocket; else empty.
        String httpStatus() {
            String reason = String.valueOf(getMessage());
            return reason.startsWith(NO_UPGRADE) ? reason.substring(NO_UPGRADE.length(), NO_UPGRADE.length() + DIGITS) : "";
        }
    }

    /// Reads no further while an event is written out, which is the back-pressure. Whatever happens meanwhile, nothing fails before all that came is read.
    private final class Connection extends WebSocketClient {
        private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
        private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

        @SuppressWarnings("deprecation") // a factory in its place would have to make four more kinds of sockets
        Connection(URI address, Map<String, String> headers) {
            super(address, headers);
            setDaemon(true);
            setTcpNoDelay(true);
            setConnectionLostTimeout(0); // no pings: a program may be silent as long as it runs
            if ("ws".equals(address.getScheme())) {
                setSocket(new ReadToItsEnd());
            }
        }

        @Override
        public void run() {
            try {
                super.run();
            } catch (RuntimeException | Error e) {
                remember(e);
            } finally {
                result.completeExceptionally(Objects.requireNonNullElseGet(firstFailure.get(), () -> new Closed(CloseFrame.ABNORMAL_CLOSE, "")));
                opened.complete(false);
            }
        }

        void remember(Throwable failure) {
            firstFailure.compareAndSet(null, failure);
        }

        /// What was sent before is on its way, or nearly so.
        void awaitSent() throws InterruptedException {
            for (int pause = 1; hasBufferedData() && isOpen(); pause = Math.min(2 * pause, SHORT_WAIT_MILLIS)) {
                Thread.sleep(pause);
            }
        }

        /// Closes the socket under the connection's hands: its own farewell waits for the other side's, and that of TLS for the writer.
        void hangUp() throws InterruptedException {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    getSocket().close();
                } catch (IOException e) {
                    remember(e); // it was gone already
                }
            }).join(LAST_WISHES);
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            opened.complete(true);
        }

        @Override
        public void onMessage(String message) {
            try {
                event(message);
            } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }

        @Override
        public void onClose(int code, @Nullable String reason, boolean remote) {
            remember(new Closed(code, reason));
        }

        @Override
        public void onError(Exception failure) {
            remember(failure);
        }
    }

    /// The client stops reading as soon as it cannot write. But a service may have ended, with input that nobody took, while much output is still on its way to
    /// a slow reader: what cannot be written is dropped, and its reader finds the end.
    private static final class ReadToItsEnd extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) {
                    try {
                        out.write(bytes, offset, length);
                    } catch (IOException e) {
                        out = nullOutputStream();
                    }
                }
            };
        }
    }
}
