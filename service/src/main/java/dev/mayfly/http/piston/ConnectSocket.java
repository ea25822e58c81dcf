package dev.mayfly.http.piston;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.LiveInput;
import dev.mayfly.http.LiveProgram;
import dev.mayfly.http.LiveProtocol;
import dev.mayfly.http.LiveRun;
import dev.mayfly.http.LiveSockets;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program that is typed to, as Piston's command line speaks with it.
@WebSocket(path = ConnectSocket.PATH)
@RolesAllowed("execute")
public class ConnectSocket implements LiveProtocol {
    public static final String PATH = PistonDialect.PATH + "/connect";
    public static final String OTHER_PATH = PistonDialect.OTHER_PATH + "/connect";

    /// Piston's own second would shut out clients of a busy machine.
    private static final Duration INITIALIZATION = Duration.ofSeconds(5);
    private static final CloseReason ALREADY_INITIALIZED = new CloseReason(4000, "Already Initialized");
    private static final CloseReason INITIALIZATION_TIMEOUT = new CloseReason(4001, "Initialization Timeout");
    private static final CloseReason NOTIFIED_ERROR = new CloseReason(4002, "Notified Error");
    private static final CloseReason NOT_YET_INITIALIZED = new CloseReason(4003, "Not yet initialized");
    private static final CloseReason STDIN_ONLY = new CloseReason(4004, "Can only write to stdin");
    private static final CloseReason INVALID_SIGNAL = new CloseReason(4005, "Invalid signal");
    private static final CloseReason JOB_COMPLETED = new CloseReason(4999, "Job Completed");

    private final LiveSockets sockets;
    private final Submissions submissions;
    private final Languages languages;

    public ConnectSocket(LiveSockets sockets, Submissions submissions, Languages languages) {
        this.sockets = sockets;
        this.submissions = submissions;
        this.languages = languages;
    }

    /// @param type `init`, with the fields of a request to execute; `data` or `signal`
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Message(@Nullable String type, @Nullable String stream, @Nullable String data, @Nullable String signal) {}

    @OnOpen
    @RunOnVirtualThread
    public void opened(WebSocketConnection connection) throws InterruptedException {
        sockets.opened(connection, this);
        sockets.expectMessage(connection, INITIALIZATION, INITIALIZATION_TIMEOUT);
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
    public LiveRun begin(byte[] json, LiveInput input, WebSocketConnection connection) throws RejectedException, BrokenException, InterruptedException {
        return switch (type(Json.read(json, Message.class))) {
            case "init" -> sockets.admitted(submissions.read(json, input), connection, this::run);
            case "data", "signal" -> throw new BrokenException(NOT_YET_INITIALIZED);
            default -> throw unknown();
        };
    }

    private static String type(Message message) {
        return message.type() == null ? "" : message.type();
    }

    @Override
    public boolean take(byte[] json, LiveProgram program, Runnable taken, Sender sender) throws RejectedException, BrokenException {
        Message message = Json.read(json, Message.class);
        return switch (type(message)) {
            case "init" -> throw new BrokenException(ALREADY_INITIALIZED);
            case "data" -> input(message, program, taken);
            case "signal" -> signal(message, program);
            default -> throw unknown();
        };
    }

    private static boolean input(Message message, LiveProgram program, Runnable taken) throws BrokenException {
        if (!"stdin".equals(message.stream())) {
            throw new BrokenException(STDIN_ONLY);
        }
        String data = message.data() == null ? "" : message.data();
        program.input().offer(data.getBytes(StandardCharsets.UTF_8), taken);
        return true;
    }

    private static boolean signal(Message message, LiveProgram program) throws BrokenException {
        int number = message.signal() == null ? -1 : Signals.number(message.signal());
        if (number < 1) {
            throw new BrokenException(INVALID_SIGNAL);
        }
        program.signal(number);
        return false;
    }

    private static RejectedException unknown() {
        return RejectedException.invalid("type", "type must be init, data or signal");
    }

    private CloseReason run(Execution execution, Sender sender) throws InterruptedException {
        var runtime = PistonName.of(execution.runtime());
        sender.send(Map.of("type", "runtime", "language", runtime.language(), "version", runtime.version()));
        var stages = new Stages(sender, languages.isCompiled(execution.runtime()));
        ExecutionResult result = execution.run(stages);
        if (!(result.outcome() instanceof Outcome.CompileFailed)) {
            stages.ended(result.outcome());
        }
        return JOB_COMPLETED;
    }

    @Override
    public Farewell refuse(Rejection rejection, CloseReason reason) {
        return new Farewell(Map.of("type", "error", "message", rejection.detail()), NOTIFIED_ERROR);
    }
}
