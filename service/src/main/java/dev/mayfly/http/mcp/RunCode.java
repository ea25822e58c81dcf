package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.http.AwaitedRuns;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SubmissionReader;
import dev.mayfly.wire.SubmissionRequest;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `run_code`
@Singleton
class RunCode implements Tool {
    private static final String DESCRIPTION = """
            Runs a program in a fresh sandbox and returns what it printed. Print what you want to see.

            Nothing is kept between calls: variables, files and processes are gone, so send all that the program needs in `code`, `files` and `stdin`.
            There is no network, and nothing can be installed: a program has its language's standard library, and the libraries below.
            `files` are put into the program's working folder. To get a file back, let the program write it there and name it in `outputs`, \
            such as ["plot.png", "out/*.csv"]: png, jpg, gif and webp come back as images, other files as resources to be read.
            Of stdout and stderr, at most 20,000 characters each are returned, the beginning and the end; the complete output is then a resource.
            A program that fails is not a tool error: look at `outcome` and `stderr`. A call that is refused says why; correct it and call again.
            Where a program needs more time or memory than its language has by default, ask for it in `limits`.

            Languages, each with its limits and the most that `limits` may ask for:
            """;
    private static final String INPUT = """
            {"type": "object", "required": ["language", "code"], "additionalProperties": false, "properties": {
              "language": {"type": "string"},
              "code": {"type": "string", "description": "The whole program"},
              "stdin": {"type": "string", "description": "What the program reads from its standard input"},
              "args": {"type": "array", "items": {"type": "string"}, "description": "Command line arguments"},
              "files": {"type": "array", "description": "Files beside the program", "items": {
                "type": "object", "required": ["path", "content"], "additionalProperties": false, "properties": {
                  "path": {"type": "string", "description": "Relative to the working folder"},
                  "content": {"type": "string"},
                  "encoding": {"type": "string", "enum": ["utf-8", "base64"], "default": "utf-8"}}}},
              "outputs": {"type": "array", "items": {"type": "string"}, "description": "Patterns of files to bring back, such as plot.png or out/*.csv"},
              "display": {"type": "boolean", "default": false, "description": "Python: bring back the figures that the program leaves open and the value of its last expression, as images and files"},
              "limits": {"type": "object", "additionalProperties": false, "description": "Only where the defaults are too small", "properties": {}}}}
            """;

    private final Languages languages;
    private final AwaitedRuns runs;
    private final RunResults results;

    RunCode(Languages languages, AwaitedRuns runs, RunResults results) {
        this.languages = languages;
        this.runs = runs;
        this.results = results;
    }

    record Arguments(
            @Nullable String language,
            @Nullable String code,
            @Nullable String stdin,
            @Nullable List<String> args,
            @Nullable List<SubmissionRequest.FileContent> files,
            @Nullable List<String> outputs,
            @Nullable Boolean display,
            @Nullable Map<String, BigDecimal> limits) {
        SubmissionRequest request() throws RejectedException {
            if (language == null) {
                throw RejectedException.invalid("language", "language is missing; list_languages lists them");
            }
            if (code == null) {
                throw RejectedException.invalid("code", "code is missing: the whole program as a string");
            }
            return new SubmissionRequest(null, language, code, files, null, args, null, stdin, null, null, limits, outputs, null, display, null, null, null);
        }
    }

    @Override
    public String name() {
        return "run_code";
    }

    @Override
    public String title() {
        return "Run code";
    }

    /// What it brings back can be read later.
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
        ObjectNode limits = schema.withObject("/properties/limits/properties");
        for (LimitAxis axis : LimitAxis.values()) {
            limits.putObject(axis.wireName()).put("type", axis == LimitAxis.CPUS ? "number" : "integer");
        }
        return schema;
    }

    @Override
    public ObjectNode outputSchema() {
        return Schemas.of(RunResults.SCHEMA);
    }

    @Override
    public ToolResult call(ToolCall call) throws RejectedException, InterruptedException {
        SubmissionRequest request = Json.read(call.arguments(), Arguments.class).request();
        Submission submission = SubmissionReader.of(request, ExecutionId.next(), call.tenant()).in(call.trace());
        var output = new CollectedOutput();
        ExecutionResult result = runs.run(submission, call.cancellation(), call.hold(), new WatchedOutput(output, watcher(submission, call.progress())), 1);
        return results.of(result, output, call);
    }

    /// Whole characters of the output, as it comes.
    private static OutputSink watcher(Submission submission, Progress progress) {
        if (progress.equals(Progress.NONE)) {
            return chunk -> {};
        }
        var started = new EventView.Started(submission.id(), submission.runtime().orElse(""));
        return new EventEncoder(started, (name, sequence, data) -> progress.say(data instanceof EventView output ? shown(output) : name + "\n"));
    }

    private static String shown(EventView output) {
        return output.encoding().equals("utf-8") ? output.data() : "[bytes that are not text]\n";
    }
}
