package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.RunSource;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.session.Cell;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionEventEncoder.OutputView;
import dev.mayfly.wire.SessionRequests;
import dev.mayfly.wire.SessionRequests.CellRequest;
import dev.mayfly.wire.SessionRequests.RunCommandRequest;
import dev.mayfly.wire.SubmissionRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `run_in_session`
@Singleton
class RunInSession implements Tool {
    private static final String DESCRIPTION = """
            Runs `code` in a session that open_session opened, or `command`, a line for the shell (bash and coreutils are there; no network).
            Code finds the variables of the code before it. The value of its last expression is in `result`; what it shows (`display(...)` in Python) and figures of Matplotlib come back as images or text.
            Code that fails keeps the state, and `error` says why: correct it and run it again. `stateKept` false means that the variables are lost, as after exit() or too much memory; files are still there.
            It runs at most as long as its language allows (see `limits` of list_languages), or `timeoutMs`.
            `files` are written before; name in `outputs` the paths of files to bring back after it: png, jpg, gif and webp come as images, others as resources to be read.
            """;
    private static final String INPUT = """
            {"type": "object", "required": ["session"], "additionalProperties": false, "properties": {
              "session": {"type": "string"},
              "code": {"type": "string", "description": "In the session's language; give this or command"},
              "command": {"type": "string", "description": "A line for the shell"},
              "timeoutMs": {"type": "integer"},
              "files": {"type": "array", "description": "Files to write before", "items": {
                "type": "object", "required": ["path", "content"], "additionalProperties": false, "properties": {
                  "path": {"type": "string", "description": "Relative to the working folder"},
                  "content": {"type": "string"},
                  "encoding": {"type": "string", "enum": ["utf-8", "base64"], "default": "utf-8"}}}},
              "outputs": {"type": "array", "items": {"type": "string"}, "description": "Paths of files to bring back, such as plot.png"}}}
            """;

    private final OpenSessions sessions;
    private final SessionResults results;

    RunInSession(OpenSessions sessions, SessionResults results) {
        this.sessions = sessions;
        this.results = results;
    }

    record Arguments(
            @Nullable String session, @Nullable String code, @Nullable String command, @Nullable Long timeoutMs, @Nullable List<SubmissionRequest.FileContent> files, @Nullable List<String> outputs) {
        List<String> paths() throws RejectedException {
            List<String> paths = outputs == null ? List.of() : outputs;
            if (paths.stream().anyMatch(path -> path == null || path.isEmpty() || path.indexOf('\0') >= 0)) {
                throw RejectedException.invalid("outputs", "outputs has a path that is empty or has a NUL character");
            }
            return paths;
        }
    }

    @Override
    public String name() {
        return "run_in_session";
    }

    @Override
    public String title() {
        return "Run in a session";
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String description(String tenant) {
        return DESCRIPTION;
    }

    @Override
    public ObjectNode inputSchema(String tenant) {
        return Schemas.of(INPUT);
    }

    @Override
    public ObjectNode outputSchema() {
        return Schemas.of(SessionResults.SCHEMA);
    }

    @Override
    public ToolResult call(ToolCall call) throws RejectedException, InterruptedException {
        var arguments = Json.read(call.arguments(), Arguments.class);
        if ((arguments.code() == null) == (arguments.command() == null)) {
            throw RejectedException.invalid("code", "one of code and command must be given");
        }
        List<String> outputs = arguments.paths();
        Session session = sessions.find(call.tenant(), arguments.session());
        call.hold().add(2 * session.limits().outputBytes());
        try (Session.Use _ = session.use()) {
            for (SourceFile file : SessionRequests.files(arguments.files())) {
                session.files().write(file.path(), file.content());
            }
            return arguments.code() != null ? run(session, cell(session, arguments), outputs, call) : run(session, command(session, arguments), outputs, call);
        } catch (SessionFileException e) {
            throw RejectedException.invalid("files", String.valueOf(e.getMessage()));
        } catch (SessionEndedException e) {
            throw OpenSessions.gone(e.end().detail());
        } catch (SandboxException e) {
            throw OpenSessions.gone(String.valueOf(e.getMessage()));
        }
    }

    private static Duration longest(Session session) {
        return Duration.between(session.begun(), session.endsAt());
    }

    private static Cell cell(Session session, Arguments arguments) throws RejectedException, SessionEndedException {
        var request = new CellRequest(arguments.code(), arguments.timeoutMs(), null);
        return session.cell(request.requireCode(), request.timeout(session.limits(), longest(session)), request.output(session.limits()));
    }

    private static Command command(Session session, Arguments arguments) throws RejectedException, SessionEndedException, SandboxException {
        var request = new RunCommandRequest(null, arguments.command(), null, null, null, null, null, null, arguments.timeoutMs(), null, null);
        return session.start(request.toRequest(session.limits(), longest(session)));
    }

    private ToolResult run(Session session, Cell cell, List<String> outputs, ToolCall call) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        try (var source = RunSource.of(session, cell)) {
            follow(source, call);
            return results.of(session, cell, outputs, call);
        }
    }

    private ToolResult run(Session session, Command command, List<String> outputs, ToolCall call) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        try (var source = RunSource.of(session, command)) {
            follow(source, call);
            return results.of(session, command, outputs, call);
        }
    }

    private static void follow(RunSource source, ToolCall call) throws InterruptedException {
        call.cancellation().endsBy(by -> source.cancel());
        source.sendTo((name, sequence, data) -> {
            if (data instanceof OutputView output) {
                call.progress().say(output.encoding().equals("base64") ? "[bytes that are not text]\n" : output.data());
            }
        });
    }
}
