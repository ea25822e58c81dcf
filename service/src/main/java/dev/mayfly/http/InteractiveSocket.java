package dev.mayfly.http;

import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.InputMessage;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.SocketEvent;
import dev.mayfly.wire.SubmissionReader;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.security.RolesAllowed;

/// A program at a terminal: the first message is the submission, the next ones its input and signals; its events come
/// back.
@WebSocket(path = InteractiveSocket.PATH)
@RolesAllowed("execute")
public class InteractiveSocket implements LiveProtocol {
    static final String PATH = "/v1/executions/interactive";

    private final LiveSockets sockets;
    private final SocketSettings settings;
    private final Caller caller;
    private final FunctionLookup functions;

    public InteractiveSocket(LiveSockets sockets, SocketSettings settings, Caller caller, FunctionLookup functions) {
        this.sockets = sockets;
        this.settings = settings;
        this.caller = caller;
        this.functions = functions;
    }

    @OnOpen
    @RunOnVirtualThread
    public void opened(WebSocketConnection connection) throws InterruptedException {
        sockets.opened(connection, this);
    }

    @OnTextMessage
    @RunOnVirtualThread
    public void text(String message, WebSocketConnection connection) throws InterruptedException {
        sockets.text(message, connection, this);
    }

    @OnBinaryMessage
    @RunOnVirtualThread
    public void binary(Buffer message, WebSocketConnection connection) throws InterruptedException {
        sockets.binary(message, connection, this);
    }

    @OnError
    public void failed(Exception failure, WebSocketConnection connection) {
        sockets.failed(failure, connection);
    }

    @OnClose
    public void closed(WebSocketConnection connection) {
        sockets.closed(connection);
    }

    @Override
    public LiveRun begin(byte[] message, LiveInput input, WebSocketConnection connection) throws RejectedException, InterruptedException {
        return sockets.admitted(SubmissionReader.readInteractive(message, new Requester(ExecutionId.next(), caller.tenant(), functions), input, settings.maxIdle()), connection, InteractiveSocket::run);
    }

    /// One that does not fit is answered, and the program runs on.
    @Override
    public boolean take(byte[] message, LiveProgram program, Runnable taken, Sender sender) throws InterruptedException {
        return taken(message, program, taken, sender);
    }

    /// As all of our own protocols have it.
    static boolean taken(byte[] message, LiveProgram program, Runnable taken, Sender sender) throws InterruptedException {
        try {
            InputMessage input = InputMessage.read(message);
            if (input.resize().isPresent()) {
                program.resize(input.resize().get());
            }
            program.input().offer(input.stdin(), taken);
            if (input.eof()) {
                program.input().end();
            }
            if (input.signal() > 0) {
                program.signal(input.signal());
            }
            return true;
        } catch (IllegalArgumentException e) {
            sender.send(new SocketEvent("error", new Rejection("invalid-message", String.valueOf(e.getMessage()))));
            return false;
        }
    }

    private static CloseReason run(Execution execution, Sender sender) throws InterruptedException {
        var started = new EventView.Started(execution.id(), execution.runtime());
        var encoder = new EventEncoder(started, (name, sequence, data) -> sender.send(new SocketEvent(name, data)));
        encoder.ended(execution.run(encoder));
        return CloseReason.NORMAL;
    }

    @Override
    public Farewell refuse(Rejection rejection, CloseReason reason) {
        return refused(rejection, reason);
    }

    static Farewell refused(Rejection rejection, CloseReason reason) {
        return new Farewell(new SocketEvent(EventName.REJECTED.wireName(), rejection), reason);
    }
}
