package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.wire.CompileView;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
    /// What models take of one image, in base 64, is 5 MB.
    private static final int LARGEST_IMAGE_BYTES = 3_750_000;

    private final KeptFiles kept;

    RunResults(KeptFiles kept) {
        this.kept = kept;
    }

    ToolResult of(ExecutionResult result, CollectedOutput output, ToolCall call) {
        ResultView view = ResultView.of(result.withoutFiles());
        ObjectNode structured = Json.STRICT.createObjectNode().put("executionId", result.id()).put("language", result.runtime());
        List<ObjectNode> blocks = new ArrayList<>();
        structured.set("outcome", Json.STRICT.valueToTree(view.outcome()));
        output("stdout", output.stdout(), result.id(), call, structured, blocks);
        output("stderr", output.stderr(), result.id(), call, structured, blocks);
        structured.put("truncated", view.truncated());
        Optional.ofNullable(view.compile()).ifPresent(compile -> structured.set("compile", compile(compile)));
        ArrayNode files = structured.putArray("files");
        for (OutputFile file : result.run().files()) {
            files.add(file(file, result.id(), call, blocks));
        }
        structured.set("filesSkipped", Json.STRICT.valueToTree(view.filesSkipped()));
        structured.set("usage", Json.STRICT.valueToTree(view.usage()));
        return new ToolResult(structured, blocks);
    }

    private static ObjectNode compile(CompileView compile) {
        ObjectNode view = Json.STRICT.createObjectNode().put("stdout", Clipped.of(compile.stdout()).text()).put("stderr", Clipped.of(compile.stderr()).text());
        view.set("outcome", Json.STRICT.valueToTree(compile.outcome()));
        return view;
    }

    private void output(String name, byte[] bytes, String execution, ToolCall call, ObjectNode structured, List<ObjectNode> blocks) {
        Clipped clipped = Clipped.of(new String(bytes, UTF_8));
        structured.put(name, clipped.text());
        if (clipped.leftOut() > 0 || Encoding.of(bytes) == Encoding.BASE64) {
            keep(execution, name, bytes, call, blocks).ifPresent(uri -> structured.put(name + "Uri", uri));
        }
    }

    private ObjectNode file(OutputFile file, String execution, ToolCall call, List<ObjectNode> blocks) {
        ObjectNode view = Json.STRICT.createObjectNode().put("path", file.path()).put("sizeBytes", file.content().length);
        Optional<String> image = MimeTypes.image(file.path());
        if (image.isPresent() && file.content().length <= LARGEST_IMAGE_BYTES) {
            blocks.add(Json.STRICT.createObjectNode().put("type", "image").put("mimeType", image.get()).put("data", Base64.getEncoder().encodeToString(file.content())));
            return view;
        }
        keep(execution, "files/" + file.path(), file.content(), call, blocks).ifPresent(uri -> view.put("uri", uri));
        return view;
    }

    /// The address, and a link to it among the blocks.
    private Optional<String> keep(String execution, String part, byte[] content, ToolCall call, List<ObjectNode> blocks) {
        String uri = Resources.uri(execution, part);
        if (!kept.keep(call.tenant(), uri, content)) {
            blocks.add(ToolResult.text("%s is too large to be kept for resources/read: %d bytes".formatted(part, content.length)));
            return Optional.empty();
        }
        blocks.add(call.version().hasLinks()
                ? Json.STRICT.createObjectNode().put("type", "resource_link").put("uri", uri).put("name", part).put("mimeType", MimeTypes.of(part, content)).put("size", content.length)
                : ToolResult.text("%s: %s".formatted(part, uri)));
        return Optional.of(uri);
    }
}
