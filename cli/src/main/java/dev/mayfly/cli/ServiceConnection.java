package dev.mayfly.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/// The WebSocket to a service. Reads no further while an event is written out, which is the back-pressure. Whatever
/// happens meanwhile, nothing fails before all that came is read.
final class ServiceConnection extends WebSocketClient {
    private static final int LONGEST_PAUSE_MILLIS = 10;
    private static final Duration LAST_WISHES = Duration.ofMillis(200);

    /// Called on the connection's own thread.
    interface Receiver {
        void message(String text) throws IOException;

        /// Nothing more comes. Only the first call counts.
        void ended(Throwable failure);
    }

    private final Receiver receiver;
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    @SuppressWarnings("deprecation") // a factory in its place would have to make four more kinds of sockets
    ServiceConnection(URI address, Map<String, String> headers, Receiver receiver) {
        super(address, headers);
        this.receiver = receiver;
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
            receiver.ended(Objects.requireNonNullElseGet(firstFailure.get(), () -> new Closed(CloseFrame.ABNORMAL_CLOSE, "")));
            opened.complete(false);
        }
    }

    /// Whether it was opened; waits until that is known.
    boolean open() {
        connect();
        return opened.join();
    }

    void remember(Throwable failure) {
        firstFailure.compareAndSet(null, failure);
    }

    /// What was sent before is on its way, or nearly so.
    void awaitSent() throws InterruptedException {
        for (int pause = 1; hasBufferedData() && isOpen(); pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            Thread.sleep(pause);
        }
    }

    /// Closes the socket under the connection's hands: its own farewell waits for the other side's, and that of TLS
    /// for the writer.
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
            receiver.message(message);
        } catch (IOException | RuntimeException | Error e) {
            receiver.ended(e);
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

    /// It ended before the outcome came.
    static final class Closed extends IOException {
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

    /// The client stops reading as soon as it cannot write. But a service may have ended, with input that nobody took,
    /// while much output is still on its way to a slow reader: what cannot be written is dropped, and its reader finds
    /// the end.
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
