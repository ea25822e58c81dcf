package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.http.EventBytes;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.wire.SessionEventEncoder.OutputView;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// A command's events as `process.proto` has them.
record ProcessFormat(Session session, Command command) implements EventBytes.Format {
    @Override
    public byte[] head() {
        return ConnectStreams.event("start", JsonObject.of("pid", command.number()));
    }

    @Override
    public byte[] heartbeat() {
        return ConnectStreams.event("keepalive", new JsonObject());
    }

    @Override
    public byte[] event(String name, Object data) {
        if (data instanceof OutputView output) {
            String stream = command.request().terminal().isPresent() ? "pty" : name;
            return ConnectStreams.event("data", JsonObject.of(stream, output.encoding().equals("base64") ? output.data() : Base64.getEncoder().encodeToString(output.data().getBytes(UTF_8))));
        }
        Optional<SessionEnd> over = session.ended();
        Optional<Command.End> end = command.log().ended();
        if (over.isPresent() || end.isEmpty()) {
            return ConnectFrames.end("unavailable", "the sandbox has ended: " + over.map(SessionEnd::detail).orElse(""));
        }
        return end(end.get().outcome());
    }

    private static byte[] end(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> exited(code);
            case Outcome.Signaled(int signal) -> killed("signal: " + name(signal));
            case Outcome.OutOfMemory(_, long limit) -> killed("out of memory: the sandbox has %d bytes".formatted(limit));
            case Outcome.OutputLimit(_, long limit) -> killed("it wrote more than %d bytes, which is the most that one command may".formatted(limit));
            case Outcome.TimedOut(_, _, var limit) -> ConnectFrames.end("deadline_exceeded", "it ran longer than %d ms".formatted(limit.toMillis()));
            case Outcome.Cancelled _ -> killed("signal: killed");
            case Outcome.CompileFailed _ -> killed("it does not compile");
            case Outcome.Failed(String reason, _) -> ConnectFrames.end("unavailable", reason);
        };
    }

    private static String name(int signal) {
        return switch (signal) {
            case Signals.KILL -> "killed";
            case Signals.TERMINATE -> "terminated";
            default -> Signals.name(signal).toLowerCase(Locale.ROOT);
        };
    }

    private static byte[] exited(int code) {
        return ended(JsonObject.of("exitCode", code, "exited", true, "status", "exit status " + code));
    }

    private static byte[] killed(String why) {
        return ended(JsonObject.of("exitCode", -1, "exited", false, "status", why, "error", why));
    }

    private static byte[] ended(JsonObject end) {
        return ConnectFrames.joined(ConnectStreams.event("end", end), ConnectFrames.end());
    }
}
