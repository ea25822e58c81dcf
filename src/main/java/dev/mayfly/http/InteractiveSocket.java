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
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.InputMessage;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.SocketEvent;
import dev.mayfly.wire.SubmissionReader;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.TimeoutException;
import jakarta.annotation.security.RolesAllowed;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A program at a terminal: the first message is the submission, the next ones its input and signals; its events come back.
/// Messages of one connection arrive one after the other. Closing the connection ends the program.
@WebSocket(path = "/v1/executions/interactive")
@RolesAllowed("execute")
public class InteractiveSocket {
    private final Dispatcher dispatcher;
    private final DoorSettings settings;
    private final Caller caller;
    /// By connection; empty when its program has ended, after which a message says nothing to anybody.
    private final Map<String, Optional<Session>> sessions = new ConcurrentHashMap<>();

    public InteractiveSocket(Dispatcher dispatcher, DoorSettings settings, Caller caller) {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.caller = caller;
    }

    private record Session(Execution execution, LiveInput input) {}

    @OnTextMessage
    @RunOnVirtualThread
    public void message(String text, WebSocketConnection connection) throws InterruptedException {
        Optional<Session> session = sessions.get(connection.id());
        try {
            if (session == null) {
                start(text, connection);
            } else if (session.isPresent()) {
                take(Json.STRICT.readValue(text, InputMessage.class), session.get());
            }
        } catch (RejectedException e) {
            reject(e, connection);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            reject(RejectedException.invalid("", "the message does not fit: " + e.getMessage()), connection);
        }
    }

    private void start(String text, WebSocketConnection connection) throws RejectedException, InterruptedException {
        var input = new LiveInput();
        Submission submission = SubmissionReader.readInteractive(text.getBytes(UTF_8), ExecutionId.next(), caller.tenant(), input);
        var session = new Session(dispatcher.admit(submission, settings.patience()), input);
        sessions.put(connection.id(), Optional.of(session));
        if (connection.isClosed()) {
            session.execution().cancel(Outcome.By.DISCONNECT); // it left while it waited for a box
        }
        Thread.ofVirtual().name("execution-" + submission.id()).start(() -> run(session, connection));
    }

    private static void take(InputMessage message, Session session) throws InterruptedException {
        if (message.stdin() != null) {
            session.input().offer(message.bytes());
        }
        if (message.eof()) {
            session.input().end();
        }
        if (message.signal() != null) {
            try {
                session.execution().signal(message.signal());
            } catch (SandboxException e) {
                session.execution().cancel(Outcome.By.CLIENT);
            }
        }
    }

    private void run(Session session, WebSocketConnection connection) {
        try (Execution execution = session.execution()) {
            var started = new EventView.Started(execution.id(), execution.runtime());
            var encoder = new EventEncoder(started, (name, sequence, data) -> sendOrHangUp(session, connection, new SocketEvent(name, data)));
            encoder.ended(execution.run(encoder));
            connection.closeAndAwait(CloseReason.NORMAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.input().end();
            sessions.replace(connection.id(), Optional.empty());
        }
    }

    private void sendOrHangUp(Session session, WebSocketConnection connection, SocketEvent event) throws InterruptedException {
        try {
            send(connection, event);
        } catch (TimeoutException e) {
            session.execution().cancel(Outcome.By.DISCONNECT);
            connection.close().subscribe().with(closed -> {}); // its farewell would not be taken either
            throw (InterruptedException) new InterruptedException("the client takes nothing any more").initCause(e);
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
        send(connection, new SocketEvent("rejected", Rejection.of(rejection)));
        connection.closeAndAwait(CloseReason.NORMAL);
    }

    @OnClose
    public void closed(WebSocketConnection connection) {
        Optional<Session> session = sessions.remove(connection.id());
        if (session != null && session.isPresent()) {
            session.get().input().end();
            session.get().execution().cancel(Outcome.By.DISCONNECT);
        }
    }
}
