package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.session.Session;
import dev.mayfly.session.Sessions;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionRequests.OpenSessionRequest;
import dev.mayfly.wire.SubmissionRequest;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `open_session`
@Singleton
class OpenSession implements Tool {
    private static final String DESCRIPTION = """
            Opens a session: a sandbox that stays, so that run_in_session finds the variables, files and processes of the calls before.
            Use it where steps build on each other, such as exploring data; a program that stands alone needs run_code only.
            There is no network, and nothing can be installed. The session ends by itself when it is not used for some minutes: `idleSeconds` in the result says how many, `endsAt` when it ends at the latest.
            Close it with close_session when you are done: it holds a place. In a language without cells (`cells` is false in the result), only commands run in it.

            Languages, each with its limits:
            """;
    private static final String INPUT = """
            {"type": "object", "required": ["language"], "additionalProperties": false, "properties": {
              "language": {"type": "string"},
              "files": {"type": "array", "description": "Files that are there from the beginning", "items": {
                "type": "object", "required": ["path", "content"], "additionalProperties": false, "properties": {
                  "path": {"type": "string", "description": "Relative to the working folder"},
                  "content": {"type": "string"},
                  "encoding": {"type": "string", "enum": ["utf-8", "base64"], "default": "utf-8"}}}}}}
            """;
    private static final String OUTPUT = """
            {"type": "object", "required": ["session", "language", "cells", "endsAt", "idleSeconds"], "properties": {
              "session": {"type": "string", "description": "What run_in_session and close_session take"},
              "language": {"type": "string"},
              "cells": {"type": "boolean", "description": "Whether `code` can be run in it, with state that stays"},
              "endsAt": {"type": "string"},
              "idleSeconds": {"type": "integer"}}}
            """;

    private final Sessions sessions;
    private final Languages languages;
    private final DoorSettings settings;

    OpenSession(Sessions sessions, Languages languages, DoorSettings settings) {
        this.sessions = sessions;
        this.languages = languages;
        this.settings = settings;
    }

    record Arguments(@Nullable String language, @Nullable List<SubmissionRequest.FileContent> files) {}

    @Override
    public String name() {
        return "open_session";
    }

    @Override
    public String title() {
        return "Open a session";
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String description(String tenant) {
        return DESCRIPTION + languages.described(tenant);
    }

    @Override
    public ObjectNode inputSchema(String tenant) {
        ObjectNode schema = Schemas.of(INPUT);
        ArrayNode names = schema.withObject("/properties/language").putArray("enum");
        languages.names(tenant).forEach(names::add);
        return schema;
    }

    @Override
    public ObjectNode outputSchema() {
        return Schemas.of(OUTPUT);
    }

    @Override
    public ToolResult call(ToolCall call) throws RejectedException, InterruptedException {
        var arguments = Json.read(call.arguments(), Arguments.class);
        if (arguments.language() == null) {
            throw RejectedException.invalid("language", "language is missing; list_languages lists them");
        }
        var request = new OpenSessionRequest(arguments.language(), null, null, arguments.files(), null, null, null);
        Session session = sessions.open(request.toRequest(call.tenant()), settings.patience());
        return new ToolResult(Json.STRICT.createObjectNode()
                        .put("session", session.id())
                        .put("language", session.runtime())
                        .put("cells", session.hasCells())
                        .put("endsAt", session.endsAt().toString())
                        .put("idleSeconds", session.idle().toSeconds()),
                List.of());
    }
}
