package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.wire.CompileView;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import jakarta.inject.Singleton;
import java.util.Optional;

/// An execution's result as a model gets it: text that is not too long, images to look at, and the rest by address.
/// Thread-safe.
@Singleton
class RunResults {
    static final String SCHEMA = """
            {"type": "object", "required": ["executionId", "language", "outcome", "stdout", "stderr", "truncated", "files", "filesSkipped", "usage"], "properties": {
              "executionId": {"type": "string"},
              "language": {"type": "string", "description": "With the version that was used"},
              "outcome": {"type": "object", "required": ["kind"], "description": "How the program ended; exitCode where it exited by itself", "properties": {
                "kind": {"type": "string", "enum": ["exited", "signaled", "timed_out", "out_of_memory", "output_limit", "compile_failed", "cancelled", "failed"]},
                "exitCode": {"type": "integer"}}},
              "stdout": {"type": "string"},
              "stderr": {"type": "string"},
              "stdoutUri": {"type": "string", "description": "All of stdout, where some of it is left out above or is not text"},
              "stderrUri": {"type": "string"},
              "truncated": {"type": "boolean", "description": "Whether the program wrote more than limits.outputBytes, and the rest is lost"},
              "compile": {"type": "object", "required": ["stdout", "stderr"], "properties": {"stdout": {"type": "string"}, "stderr": {"type": "string"}}},
              "files": {"type": "array", "items": {"type": "object", "required": ["path", "sizeBytes"], "properties": {
                "path": {"type": "string"}, "sizeBytes": {"type": "integer"}, "uri": {"type": "string", "description": "Where it can be read; missing for an image that is shown"}}}},
              "filesSkipped": {"type": "array", "items": {"type": "object", "required": ["path", "reason"], "properties": {"path": {"type": "string"}, "reason": {"type": "string"}}}},
              "usage": {"type": "object", "required": ["wallMs", "cpuUserMs", "cpuSystemMs", "peakMemoryBytes"], "properties": {
                "wallMs": {"type": "number"}, "cpuUserMs": {"type": "number"}, "cpuSystemMs": {"type": "number"}, "peakMemoryBytes": {"type": "integer"}}}}}
            """;

    private final KeptFiles kept;

    RunResults(KeptFiles kept) {
        this.kept = kept;
    }

    ToolResult of(ExecutionResult result, CollectedOutput output, ToolCall call) {
        ResultView view = ResultView.of(result.withoutFiles());
        var parts = new ResultParts(kept, call, result.id());
        ObjectNode structured = parts.structured().put("executionId", result.id()).put("language", result.runtime());
        structured.set("outcome", Json.STRICT.valueToTree(view.outcome()));
        parts.output("stdout", output.stdout());
        parts.output("stderr", output.stderr());
        structured.put("truncated", view.truncated());
        Optional.ofNullable(view.compile()).ifPresent(compile -> structured.set("compile", compile(compile)));
        ArrayNode files = structured.putArray("files");
        for (OutputFile file : result.run().files()) {
            files.add(parts.file(file.path(), file.content()));
        }
        structured.set("filesSkipped", Json.STRICT.valueToTree(view.filesSkipped()));
        structured.set("usage", Json.STRICT.valueToTree(view.usage()));
        return parts.result();
    }

    private static ObjectNode compile(CompileView compile) {
        ObjectNode view = Json.STRICT.createObjectNode().put("stdout", Clipped.of(compile.stdout()).text()).put("stderr", Clipped.of(compile.stderr()).text());
        view.set("outcome", Json.STRICT.valueToTree(compile.outcome()));
        return view;
    }
}
