package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.wire.Json;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `close_session`
@Singleton
class CloseSession implements Tool {
    private final OpenSessions sessions;

    CloseSession(OpenSessions sessions) {
        this.sessions = sessions;
    }

    record Arguments(@Nullable String session) {}

    @Override
    public String name() {
        return "close_session";
    }

    @Override
    public String title() {
        return "Close a session";
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String description(String tenant) {
        return "Closes a session that open_session opened. Everything in it is gone: bring back the files that you need before, with `outputs` of run_in_session.";
    }

    @Override
    public ObjectNode inputSchema(String tenant) {
        return Schemas.of("{\"type\": \"object\", \"required\": [\"session\"], \"additionalProperties\": false, \"properties\": {\"session\": {\"type\": \"string\"}}}");
    }

    @Override
    public ObjectNode outputSchema() {
        return Schemas.of("{\"type\": \"object\", \"required\": [\"closed\"], \"properties\": {\"closed\": {\"type\": \"string\", \"description\": \"The session\"}}}");
    }

    @Override
    public ToolResult call(ToolCall call) throws RejectedException {
        var session = sessions.find(call.tenant(), Json.read(call.arguments(), Arguments.class).session());
        session.close(SessionEnd.Reason.CLOSED);
        return new ToolResult(Json.STRICT.createObjectNode().put("closed", session.id()), List.of());
    }
}
