package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Cell;
import dev.mayfly.session.CellEnd;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionEvent;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.session.SessionFiles;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.OutcomeView;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What ran in a session, as a model gets it. Thread-safe.
@Singleton
class SessionResults {
    static final String SCHEMA = """
            {"type": "object", "required": ["outcome", "stdout", "stderr", "truncated", "files", "filesSkipped"], "properties": {
              "outcome": {"type": "object", "required": ["kind"], "description": "How it ended: code completed or raised an error; a command exited, with exitCode", "properties": {
                "kind": {"type": "string", "enum": ["completed", "raised", "interrupted", "session_ended", "exited", "signaled", "timed_out", "out_of_memory", "output_limit", "cancelled", "failed"]},
                "exitCode": {"type": "integer"}, "detail": {"type": "string"}}},
              "stateKept": {"type": "boolean", "description": "Whether the variables are still there; missing for a command"},
              "result": {"type": "string", "description": "The value of the last expression"},
              "displays": {"type": "array", "items": {"type": "string"}, "description": "What the code showed, but for images"},
              "error": {"type": "object", "required": ["name", "message", "trace"], "properties": {"name": {"type": "string"}, "message": {"type": "string"}, "trace": {"type": "string"}}},
              "stdout": {"type": "string"},
              "stderr": {"type": "string"},
              "stdoutUri": {"type": "string", "description": "All of stdout, where some of it is left out above or is not text"},
              "stderrUri": {"type": "string"},
              "truncated": {"type": "boolean", "description": "Whether it wrote more than it may, and the rest is lost"},
              "files": {"type": "array", "items": {"type": "object", "required": ["path", "sizeBytes"], "properties": {
                "path": {"type": "string"}, "sizeBytes": {"type": "integer"}, "uri": {"type": "string", "description": "Where it can be read; missing for an image that is shown"}}}},
              "filesSkipped": {"type": "array", "items": {"type": "object", "required": ["path", "reason"], "properties": {"path": {"type": "string"}, "reason": {"type": "string"}}}}}}
            """;
    private static final List<String> IMAGES = List.of("image/png", "image/jpeg", "image/gif", "image/webp");
    private static final String TEXT = "text/plain";

    private final KeptFiles kept;

    SessionResults(KeptFiles kept) {
        this.kept = kept;
    }

    ToolResult of(Session session, Cell cell, List<String> outputs, ToolCall call) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        CellEnd end = cell.log().ended().orElseThrow();
        var parts = new ResultParts(kept, call, "%s.%d".formatted(session.id(), cell.number()));
        ObjectNode outcome = parts.structured().putObject("outcome").put("kind", end.outcome().wireName());
        if (!end.detail().isEmpty()) {
            outcome.put("detail", end.detail());
        }
        parts.structured().put("stateKept", end.stateKept());
        List<SessionEvent> events = cell.log().events();
        output(events, parts);
        parts.structured().put("truncated", end.outcome() == CellEnd.CellOutcome.OUTPUT_LIMIT);
        List<String> displays = new ArrayList<>();
        for (SessionEvent event : events) {
            switch (event) {
                case SessionEvent.Display(var data, _) -> shown(data, parts).forEach(displays::add);
                case SessionEvent.Result(var data, _) -> shown(data, parts).forEach(text -> parts.structured().put("result", text));
                case SessionEvent.Raised(String name, String message, String trace) ->
                    parts.structured().putObject("error").put("name", name).put("message", Clipped.of(message).text()).put("trace", Clipped.of(trace).text());
                case SessionEvent.Output _ -> {}
            }
        }
        displayed(displays, parts);
        files(session, outputs, parts, call);
        return parts.result();
    }

    ToolResult of(Session session, Command command, List<String> outputs, ToolCall call) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Command.End end = command.log().ended().orElseThrow();
        var parts = new ResultParts(kept, call, "%s.c%d".formatted(session.id(), command.number()));
        parts.structured().set("outcome", Json.STRICT.valueToTree(OutcomeView.of(end.outcome())));
        output(command.log().events(), parts);
        parts.structured().put("truncated", command.log().bytes() > command.request().maxOutputBytes());
        files(session, outputs, parts, call);
        return parts.result();
    }

    /// As many as a model can take in.
    private static void displayed(List<String> displays, ResultParts parts) {
        ArrayNode shown = parts.structured().putArray("displays");
        int characters = 0;
        for (String display : displays) {
            characters += display.length();
            if (characters > Clipped.MOST_CHARACTERS) {
                shown.add("[... %d more left out ...]".formatted(displays.size() - shown.size()));
                return;
            }
            shown.add(display);
        }
    }

    private static void output(List<SessionEvent> events, ResultParts parts) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        for (SessionEvent event : events) {
            if (event instanceof SessionEvent.Output(var stream, byte[] content)) {
                (stream == OutputChunk.Stream.STDOUT ? out : err).writeBytes(content);
            }
        }
        parts.output("stdout", out.toByteArray());
        parts.output("stderr", err.toByteArray());
    }

    /// An image for a model to look at; else its text.
    private static Stream<String> shown(Map<String, JsonNode> data, ResultParts parts) {
        for (String type : IMAGES) {
            JsonNode image = data.get(type);
            if (image != null && image.isTextual() && ResultParts.isImage(image.asText())) {
                parts.image(type, image.asText());
                return Stream.empty();
            }
        }
        JsonNode text = data.get(TEXT);
        return text == null ? Stream.empty() : Stream.of(Clipped.of(text.asText()).text());
    }

    private static void files(Session session, List<String> outputs, ResultParts parts, ToolCall call) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        ArrayNode brought = parts.structured().putArray("files");
        ArrayNode skipped = parts.structured().putArray("filesSkipped");
        for (String path : outputs) {
            try {
                brought.add(parts.file(path, read(session.files(), path, call)));
            } catch (SessionFileException e) {
                skipped.addObject().put("path", path).put("reason", String.valueOf(e.getMessage()));
            }
        }
    }

    private static byte[] read(SessionFiles files, String path, ToolCall call) throws RejectedException, SessionFileException, SandboxException, InterruptedException {
        long most = files.mostBytesOf(path);
        call.hold().add(2 * most);
        return files.read(path, most);
    }
}
