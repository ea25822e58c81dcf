package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.http.LiveProtocol.BrokenException;
import dev.mayfly.http.LiveProtocol.Farewell;
import dev.mayfly.http.piston.ConnectSocket;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.UserData;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/// Programs at the other end of WebSockets, whatever is spoken there: the first message is the submission, the next
/// ones are the program's. Messages of one connection arrive one after the other. Closing the connection ends the
/// program. Thread-safe.
@Singleton
public class LiveSockets {
    private static final Set<String> PATHS = Set.of(InteractiveSocket.PATH, ConnectSocket.PATH, ConnectSocket.OTHER_PATH);
    private static final Pattern TERMINAL = Pattern.compile(TerminalSocket.PATH.replaceAll("\\{[^}]+}", "[^/]+"));

    private static final System.Logger LOG = System.getLogger(LiveSockets.class.getName());
    private static final CloseReason TRY_AGAIN_LATER = new CloseReason(WebSocketCloseStatus.TRY_AGAIN_LATER.code());
    private static final CloseReason NOT_UTF_8 = new CloseReason(WebSocketCloseStatus.INVALID_PAYLOAD_DATA.code(), "a message must be UTF-8");
    private static final CloseReason TOO_LARGE = new CloseReason(WebSocketCloseStatus.MESSAGE_TOO_BIG.code());
    private static final CloseReason REFUSED = new CloseReason(WebSocketCloseStatus.POLICY_VIOLATION.code());
    private static final CloseReason NOT_LET_IN = new CloseReason(WebSocketCloseStatus.POLICY_VIOLATION.code(), "the API key was revoked or has expired");

    private static final UserData.TypedKey<OpenSockets.Place> PLACE = new UserData.TypedKey<>("place");
    /// Empty when its program has ended or none will be begun, after which a message says nothing to anybody.
    private static final UserData.TypedKey<Optional<LiveProgram>> PROGRAM = new UserData.TypedKey<>("program");

    private static final UserData.TypedKey<Boolean> HEARD = UserData.TypedKey.forBoolean("heard");

    private final Dispatcher dispatcher;
    private final DoorSettings door;
    private final SocketSettings settings;
    private final OpenSockets sockets;
    private final Caller caller;
    private final Traces traces;

    public LiveSockets(Dispatcher dispatcher, DoorSettings door, SocketSettings settings, OpenSockets sockets, Caller caller, Traces traces) {
        this.dispatcher = dispatcher;
        this.door = door;
        this.settings = settings;
        this.sockets = sockets;
        this.caller = caller;
        this.traces = traces;
    }

    /// Whether a WebSocket is at this path.
    static boolean isAt(String path) {
        return PATHS.contains(path) || TERMINAL.matcher(path).matches();
    }

    /// Runs an execution, and says what there is to say of it.
    @FunctionalInterface
    public interface Running {
        CloseReason run(Execution execution, LiveProtocol.Sender sender) throws InterruptedException;
    }

    /// Waits for a sandbox.
    public LiveRun admitted(Submission submission, WebSocketConnection connection, Running running) throws RejectedException, InterruptedException {
        return new LiveExecution(dispatcher.admit(submission.in(traces.current(connection.handshakeRequest()::header)), door.patience()), running);
    }

    public void opened(WebSocketConnection connection, LiveProtocol protocol) throws InterruptedException {
        var _ = meter(connection).refusal().thenAccept(why -> Thread.ofVirtual().name("refusal").start(() -> refused(why, connection, protocol)));
        try {
            connection.userData().put(PLACE, sockets.enter(caller.tenant(), connection.userData().get(MeteredUpgrade.ADDRESS)));
        } catch (RejectedException e) {
            reject(e, connection, protocol);
        }
    }

    private static MessageMeter meter(WebSocketConnection connection) {
        return connection.userData().get(MeteredUpgrade.METER);
    }

    /// Closes the connection unless its first message comes in time.
    public void expectMessage(WebSocketConnection connection, Duration within, CloseReason otherwise) {
        Thread.ofVirtual().name("first message").start(() -> {
            try {
                Thread.sleep(within);
                if (connection.userData().get(HEARD) == null && !connection.isClosed()) {
                    hangUp(connection, Optional.empty(), otherwise);
                }
            } catch (InterruptedException | CompletionException e) {
                LOG.log(Level.DEBUG, "it left without a word", e);
            }
        });
    }

    public void text(String message, WebSocketConnection connection, LiveProtocol protocol) throws InterruptedException {
        take(message.getBytes(UTF_8), connection, protocol);
    }

    /// The same JSON: some clients have only bytes.
    public void binary(Buffer message, WebSocketConnection connection, LiveProtocol protocol) throws InterruptedException {
        byte[] json = message.getBytes();
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            connection.closeAndAwait(NOT_UTF_8);
            return;
        }
        take(json, connection, protocol);
    }

    private void take(byte[] json, WebSocketConnection connection, LiveProtocol protocol) throws InterruptedException {
        connection.userData().put(HEARD, true);
        MessageRoom.Message message = meter(connection).next();
        boolean kept = false;
        try {
            Optional<LiveProgram> program = connection.userData().get(PROGRAM);
            if (!caller.isStillLetIn()) {
                connection.closeAndAwait(NOT_LET_IN);
            } else if (program == null) {
                start(json, message, connection, protocol);
                kept = true;
            } else if (program.isPresent()) {
                kept = protocol.take(json, program.get(), message::close, answer -> send(connection, answer));
            }
        } catch (RejectedException e) {
            reject(e, connection, protocol);
        } catch (BrokenException e) {
            hangUp(connection, Optional.empty(), e.reason());
        } finally {
            if (!kept) {
                message.close();
            }
        }
    }

    /// Before its program ends, whose end would have a reason of its own.
    private void hangUp(WebSocketConnection connection, Optional<Object> lastWords, CloseReason reason) throws InterruptedException {
        Optional<LiveProgram> program = connection.userData().get(PROGRAM);
        connection.userData().put(PROGRAM, Optional.empty());
        try {
            if (lastWords.isPresent()) {
                send(connection, lastWords.get());
            }
            connection.closeAndAwait(reason);
        } finally {
            if (program != null) {
                program.ifPresent(LiveProgram::leave);
            }
        }
    }

    private void start(byte[] json, MessageRoom.Message message, WebSocketConnection connection, LiveProtocol protocol)
            throws RejectedException, BrokenException, InterruptedException {
        var input = new LiveInput();
        var program = new LiveProgram(protocol.begin(json, input, connection), input, message);
        message.keep();
        connection.userData().put(PROGRAM, Optional.of(program));
        var _ = meter(connection).gone().thenAccept(gone -> program.leave()); // maybe while it waited for a sandbox
        Thread.ofVirtual().name("execution-" + program.run().id()).start(() -> run(program, connection));
    }

    private void run(LiveProgram program, WebSocketConnection connection) {
        try (LiveRun run = program.run()) {
            close(connection, run.run(message -> sendOrHangUp(program, connection, message)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.userData().put(PROGRAM, Optional.empty());
            program.input().discard();
            program.submission().close();
        }
    }

    /// Also when the client has just left.
    private static void close(WebSocketConnection connection, CloseReason reason) {
        try {
            connection.closeAndAwait(reason);
        } catch (CompletionException e) {
            LOG.log(Level.DEBUG, "the client closed first", e);
        }
    }

    private void sendOrHangUp(LiveProgram program, WebSocketConnection connection, Object message) throws InterruptedException {
        try {
            send(connection, message);
        } catch (TimeoutException e) {
            program.run().cancel(Outcome.By.DISCONNECT);
            connection.close().subscribe().with(closed -> {}); // its farewell would not be taken either
            throw (InterruptedException) new InterruptedException("the client stopped reading").initCause(e);
        }
    }

    private void send(WebSocketConnection connection, Object message) throws InterruptedException {
        if (connection.isClosed()) {
            throw new InterruptedException("the client has left");
        }
        try {
            connection.sendText(Json.STRICT.writeValueAsString(message)).await().atMost(settings.stall());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void reject(RejectedException rejection, WebSocketConnection connection, LiveProtocol protocol) throws InterruptedException {
        reject(protocol.refuse(Rejection.of(rejection), rejection.retryAfter().isPresent() ? TRY_AGAIN_LATER : REFUSED), connection);
    }

    private void reject(Farewell farewell, WebSocketConnection connection) throws InterruptedException {
        hangUp(connection, Optional.of(farewell.message()), farewell.reason());
    }

    private void refused(MessageRoom.Refusal why, WebSocketConnection connection, LiveProtocol protocol) {
        try {
            reject(switch (why) {
                case TOO_LARGE -> protocol.refuse(new Rejection("message-too-large", "a message must have at most %d bytes".formatted(settings.maxMessageBytes())), TOO_LARGE);
                case NO_ROOM -> protocol.refuse(new Rejection("at-capacity", "too many large messages at the same time"), TRY_AGAIN_LATER);
                case STALLED -> protocol.refuse(new Rejection("invalid-message", "the message is incomplete: its rest did not arrive in time"), REFUSED);
            }, connection);
        } catch (InterruptedException | RuntimeException e) {
            LOG.log(Level.DEBUG, "it left before it could be refused", e);
        }
    }

    /// A client that leaves, or does not speak the protocol, is nobody's fault here; the codec has closed the
    /// connection with the code for it.
    public void failed(Exception failure, WebSocketConnection connection) {
        if (failure instanceof IOException || failure instanceof CodecException || failure instanceof InterruptedException || connection.isClosed()) {
            LOG.log(Level.DEBUG, "a WebSocket ended", failure);
            return;
        }
        LOG.log(Level.ERROR, "a WebSocket failed", failure);
        connection.close(CloseReason.INTERNAL_SERVER_ERROR).subscribe().with(closed -> {});
    }

    public void closed(WebSocketConnection connection) {
        OpenSockets.Place place = connection.userData().remove(PLACE);
        if (place != null) {
            place.close();
        }
        Optional<LiveProgram> program = connection.userData().get(PROGRAM);
        if (program != null) {
            program.ifPresent(LiveProgram::leave);
        }
    }
}
