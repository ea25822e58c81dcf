package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.SessionRequests.RunCommandRequest;
import dev.mayfly.wire.SessionRequests.WindowRequest;
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
import java.util.List;

/// A terminal in a session: the first message says what runs at it, a shell where it says nothing; the next ones are
/// typed. Closing the connection ends what runs.
@WebSocket(path = TerminalSocket.PATH)
@RolesAllowed("execute")
public class TerminalSocket implements LiveProtocol {
    static final String PATH = "/v1/sessions/{session}/terminal";
    private static final List<String> SHELL = List.of("/bin/bash", "-l");
    private static final WindowRequest USUAL_SIZE = new WindowRequest(24, 80);

    private final LiveSockets sockets;
    private final SessionDoor door;
    private final Caller caller;

    public TerminalSocket(LiveSockets sockets, SessionDoor door, Caller caller) {
        this.sockets = sockets;
        this.door = door;
        this.caller = caller;
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
    public LiveRun begin(byte[] message, LiveInput input, WebSocketConnection connection) throws RejectedException {
        var wanted = Json.read(message, RunCommandRequest.class);
        boolean isShell = wanted.command() == null && wanted.line() == null;
        var request = new RunCommandRequest(isShell ? SHELL : wanted.command(), wanted.line(), wanted.cwd(), wanted.env(), null, null, true,
                wanted.tty() == null ? USUAL_SIZE : wanted.tty(), wanted.timeoutMs(), wanted.maxOutputBytes(), true);
        Session session = find(connection.pathParam("session"));
        try {
            return new LiveCommand(session, session.start(request.toRequest(session.limits(), door.sessions().settings().maxTime())), input);
        } catch (SessionEndedException e) {
            throw gone(e.end().detail());
        } catch (SandboxException e) {
            throw gone(String.valueOf(e.getMessage()));
        }
    }

    private Session find(String id) throws RejectedException {
        String tenant = caller.tenant();
        return door.sessions().find(tenant, id)
                .filter(session -> session.ended().isEmpty())
                .orElseThrow(() -> gone(door.sessions().past(tenant, id).map(SessionEnd::detail).orElse("none of this id is here, or it has expired")));
    }

    private static RejectedException gone(String why) {
        return RejectedException.invalid("session", "no such session: " + why);
    }

    @Override
    public boolean take(byte[] message, LiveProgram program, Runnable taken, Sender sender) throws InterruptedException {
        return InteractiveSocket.taken(message, program, taken, sender);
    }

    @Override
    public Farewell refuse(Rejection rejection, CloseReason reason) {
        return InteractiveSocket.refused(rejection, reason);
    }
}
