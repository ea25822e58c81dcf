package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.InputMessage;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.SocketEvent;
import dev.mayfly.wire.SubmissionReader;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.security.RolesAllowed;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/// A program at a terminal: the first message is the submission, the next ones its input and signals; its events come
/// back. Messages of one connection arrive one after the other. Closing the connection ends the program.
@WebSocket(path = InteractiveSocket.PATH)
@RolesAllowed("execute")
public class InteractiveSocket {
    static final String PATH = "/v1/executions/interactive";

    private static final System.Logger LOG = System.getLogger(InteractiveSocket.class.getName());
    private static final CloseReason TRY_AGAIN_LATER = new CloseReason(WebSocketCloseStatus.TRY_AGAIN_LATER.code());
    private static final CloseReason NOT_UTF_8 = new CloseReason(WebSocketCloseStatus.INVALID_PAYLOAD_DATA.code(), "a message must be UTF-8");
    private static final CloseReason TOO_LARGE = new CloseReason(WebSocketCloseStatus.MESSAGE_TOO_BIG.code());
    private static final CloseReason REFUSED = new CloseReason(WebSocketCloseStatus.POLICY_VIOLATION.code());
    private static final CloseReason NOT_LET_IN = new CloseReason(WebSocketCloseStatus.POLICY_VIOLATION.code(), "the API key was revoked or has expired");

    private static final UserData.TypedKey<OpenSockets.Place> PLACE = new UserData.TypedKey<>("place");
    /// Empty when its program has ended or none will be begun, after which a message says nothing to anybody.
    private static final UserData.TypedKey<Optional<Session>> SESSION = new UserData.TypedKey<>("session");

    private final Dispatcher dispatcher;
    private final DoorSettings door;
    private final SocketSettings settings;
    private final OpenSockets sockets;
    private final Caller caller;
    private final Traces traces;

    public InteractiveSocket(Dispatcher dispatcher, DoorSettings door, SocketSettings settings, OpenSockets sockets, Caller caller, Traces traces) {
        this.dispatcher = dispatcher;
        this.door = door;
        this.settings = settings;
        this.sockets = sockets;
        this.caller = caller;
        this.traces = traces;
    }

    /// @param submission keeps its place as long as its program is in the heap
    private record Session(Execution execution, LiveInput input, MessageRoom.Message submission) {
        void leave() {
            input.discard();
            execution.cancel(Outcome.By.DISCONNECT);
        }
    }

    @OnOpen
    @RunOnVirtualThread
    public void opened(WebSocketConnection connection) throws InterruptedException {
        var _ = meter(connection).refusal().thenAccept(why -> Thread.ofVirtual().name("refusal").start(() -> refused(why, connection)));
        try {
            connection.userData().put(PLACE, sockets.enter(caller.tenant(), connection.userData().get(MeteredUpgrade.ADDRESS)));
        } catch (RejectedException e) {
            reject(e, connection);
        }
    }

    private static MessageMeter meter(WebSocketConnection connection) {
        return connection.userData().get(MeteredUpgrade.METER);
    }

    @OnTextMessage
    @RunOnVirtualThread
    public void text(String message, WebSocketConnection connection) throws InterruptedException {
        take(message.getBytes(UTF_8), connection);
    }

    /// The same JSON: some clients have only bytes.
    @OnBinaryMessage
    @RunOnVirtualThread
    public void binary(Buffer message, WebSocketConnection connection) throws InterruptedException {
        byte[] json = message.getBytes();
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            connection.closeAndAwait(NOT_UTF_8);
            return;
        }
        take(json, connection);
    }

    private void take(byte[] json, WebSocketConnection connection) throws InterruptedException {
        MessageRoom.Message message = meter(connection).next();
        boolean kept = false;
        try {
            Optional<Session> session = connection.userData().get(SESSION);
            if (!caller.isStillLetIn()) {
                connection.closeAndAwait(NOT_LET_IN);
            } else if (session == null) {
                start(json, message, connection);
                kept = true;
            } else if (session.isPresent()) {
                kept = take(json, message, session.get(), connection);
            }
        } catch (RejectedException e) {
            reject(e, connection);
        } finally {
            if (!kept) {
                message.close();
            }
        }
    }

    private void start(byte[] json, MessageRoom.Message message, WebSocketConnection connection) throws RejectedException, InterruptedException {
        var input = new LiveInput();
        Submission submission = SubmissionReader.readInteractive(json, ExecutionId.next(), caller.tenant(), input, settings.maxIdle())
                .in(traces.current(connection.handshakeRequest()::header));
        var session = new Session(dispatcher.admit(submission, door.patience()), input, message);
        message.keep();
        connection.userData().put(SESSION, Optional.of(session));
        var _ = meter(connection).gone().thenAccept(gone -> session.leave()); // maybe while it waited for a sandbox
        Thread.ofVirtual().name("execution-" + submission.id()).start(() -> run(session, connection));
    }

    /// Whether the message keeps its place until its input is read. One that does not fit is answered, and the program
    /// runs on.
    private boolean take(byte[] json, MessageRoom.Message message, Session session, WebSocketConnection connection) throws InterruptedException {
        try {
            InputMessage input = InputMessage.read(json);
            if (input.resize().isPresent()) {
                resize(session, input.resize().get());
            }
            session.input().offer(input.stdin(), message::close);
            if (input.eof()) {
                session.input().end();
            }
            if (input.signal() > 0) {
                signal(session, input.signal());
            }
            return true;
        } catch (IllegalArgumentException e) {
            send(connection, new SocketEvent("error", new Rejection("invalid-message", String.valueOf(e.getMessage()))));
            return false;
        }
    }

    private static void signal(Session session, int number) {
        try {
            session.execution().signal(number);
        } catch (SandboxException e) {
            session.execution().cancel(Outcome.By.CLIENT);
        }
    }

    private static void resize(Session session, WindowSize size) {
        try {
            session.execution().resizeTerminal(size);
        } catch (SandboxException e) {
            session.execution().cancel(Outcome.By.CLIENT);
        }
    }

    private void run(Session session, WebSocketConnection connection) {
        try (Execution execution = session.execution()) {
            var started = new EventView.Started(execution.id(), execution.runtime());
            var encoder = new EventEncoder(started, (name, sequence, data) -> sendOrHangUp(session, connection, new SocketEvent(name, data)));
            encoder.ended(execution.run(encoder));
            close(connection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.userData().put(SESSION, Optional.empty());
            session.input().discard();
            session.submission().close();
        }
    }

    /// Also when the client has just left.
    private static void close(WebSocketConnection connection) {
        try {
            connection.closeAndAwait(CloseReason.NORMAL);
        } catch (CompletionException e) {
            LOG.log(Level.DEBUG, "the client closed first", e);
        }
    }

    private void sendOrHangUp(Session session, WebSocketConnection connection, SocketEvent event) throws InterruptedException {
        try {
            send(connection, event);
        } catch (TimeoutException e) {
            session.execution().cancel(Outcome.By.DISCONNECT);
            connection.close().subscribe().with(closed -> {}); // its farewell would not be taken either
            throw (InterruptedException) new InterruptedException("the client stopped reading").initCause(e);
        }
    }

    private void send(WebSocketConnection connection, SocketEvent event) throws InterruptedException {
        if (connection.isClosed()) {
            throw new InterruptedException("the client has left");
        }
        try {
            connection.sendText(Json.STRICT.writeValueAsString(event)).await().atMost(settings.stall());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void reject(RejectedException rejection, WebSocketConnection connection) throws InterruptedException {
        reject(Rejection.of(rejection), rejection.retryAfter().isPresent() ? TRY_AGAIN_LATER : REFUSED, connection);
    }

    private void reject(Rejection rejection, CloseReason close, WebSocketConnection connection) throws InterruptedException {
        connection.userData().put(SESSION, Optional.empty());
        send(connection, new SocketEvent(EventName.REJECTED.wireName(), rejection));
        connection.closeAndAwait(close);
    }

    private void refused(MessageRoom.Refusal why, WebSocketConnection connection) {
        Optional<Session> running = connection.userData().get(SESSION);
        try {
            switch (why) {
                case TOO_LARGE -> reject(new Rejection("message-too-large", "a message must have at most %d bytes".formatted(settings.maxMessageBytes())), TOO_LARGE, connection);
                case NO_ROOM -> reject(new Rejection("at-capacity", "too many large messages at the same time"), TRY_AGAIN_LATER, connection);
                case STALLED -> reject(new Rejection("invalid-message", "the message is incomplete: its rest did not arrive in time"), REFUSED, connection);
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.log(Level.DEBUG, "it left before it could be refused", e);
        } finally {
            if (running != null) {
                running.ifPresent(Session::leave);
            }
        }
    }

    /// A client that leaves, or does not speak the protocol, is nobody's fault here; the codec has closed the
    /// connection with the code for it.
    @OnError
    public void failed(Exception failure, WebSocketConnection connection) {
        if (failure instanceof IOException || failure instanceof CodecException || failure instanceof InterruptedException || connection.isClosed()) {
            LOG.log(Level.DEBUG, "a WebSocket ended", failure);
            return;
        }
        LOG.log(Level.ERROR, "a WebSocket failed", failure);
        connection.close(CloseReason.INTERNAL_SERVER_ERROR).subscribe().with(closed -> {});
    }

    @OnClose
    public void closed(WebSocketConnection connection) {
        OpenSockets.Place place = connection.userData().remove(PLACE);
        if (place != null) {
            place.close();
        }
        Optional<Session> session = connection.userData().get(SESSION);
        if (session != null) {
            session.ifPresent(Session::leave);
        }
    }
}
