package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import jakarta.inject.Singleton;
import java.util.List;

/// `list_languages`
@Singleton
class ListLanguages implements Tool {
    private static final String OUTPUT = """
            {"type": "object", "required": ["languages"], "properties": {"languages": {"type": "array", "items": {
              "type": "object", "required": ["language", "version", "file", "libraries", "limits", "ceilings"], "properties": {
                "language": {"type": "string", "description": "What run_code takes as `language`"},
                "version": {"type": "string"},
                "file": {"type": "string", "description": "The name under which `code` is run"},
                "libraries": {"type": "array", "items": {"type": "string"}, "description": "Loaded before the program starts, beside the standard library"},
                "limits": {"type": "object", "additionalProperties": {"type": "number"}, "description": "What a program gets that asks for nothing"},
                "ceilings": {"type": "object", "additionalProperties": {"type": "number"}, "description": "The most that `limits` may ask for"}}}}}}
            """;

    private final Languages languages;

    ListLanguages(Languages languages) {
        this.languages = languages;
    }

    record NoArguments() {}

    @Override
    public String name() {
        return "list_languages";
    }

    @Override
    public String title() {
        return "List languages";
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String description(String tenant) {
        return "Lists the languages that run_code can run, with their versions, libraries, default limits and the most that `limits` may ask for.";
    }

    @Override
    public ObjectNode inputSchema(String tenant) {
        return Schemas.of("{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}");
    }

    @Override
    public ObjectNode outputSchema() {
        return Schemas.of(OUTPUT);
    }

    @Override
    public ToolResult call(ToolCall call) throws RejectedException {
        var _ = Json.read(call.arguments(), NoArguments.class);
        ObjectNode result = Json.STRICT.createObjectNode();
        ArrayNode list = result.putArray("languages");
        languages.offered(call.tenant()).forEach(runtime -> list.add(view(runtime)));
        return new ToolResult(result, List.of());
    }

    private ObjectNode view(LanguageRuntime runtime) {
        ObjectNode view = Json.STRICT.createObjectNode().put("language", languages.name(runtime)).put("version", runtime.version()).put("file", runtime.entrypoint());
        runtime.preloaded().forEach(view.putArray("libraries")::add);
        view.set("limits", Json.STRICT.valueToTree(ResultView.limits(runtime.defaults())));
        view.set("ceilings", Json.STRICT.valueToTree(ResultView.limits(runtime.ceilings())));
        return view;
    }
}
