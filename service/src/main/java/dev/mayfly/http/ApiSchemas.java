package dev.mayfly.http;

import dev.mayfly.async.State;
import dev.mayfly.execution.Expectation;
import dev.mayfly.execution.Invocation;
import dev.mayfly.function.FieldDifference;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.schedule.DueTime;
import dev.mayfly.schedule.ScheduleState;
import dev.mayfly.session.CellEnd;
import dev.mayfly.webhook.Delivery;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.HttpTriggerRequest;
import dev.mayfly.wire.OutcomeKind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/// Completes the schemas of the API's document with what the types of records do not say, or only to Java: which
/// fields are always there, which values there are, what they mean.
final class ApiSchemas {
    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final Schema NONE = OASFactory.createSchema().booleanSchema(false);
    private static final String OUTCOME = "Outcome";
    private static final String LIMITS = "Limits";
    /// Of the framework's extensions, and how it sees any JSON; no operation of ours names them.
    private static final List<String> FOREIGN = List.of("HttpProblem", "HttpValidationProblem", "Violation", "JsonNode", "JsonNodeType");

    /// What a request must have; the reader's records take anything, so that what is missing is refused by its name.
    private static final Map<String, List<String>> NEEDED = Map.ofEntries(
            Map.entry("BatchRequest", List.of("executions")),
            Map.entry("FileContent", List.of("path", "content")),
            Map.entry("WebhookRequest", List.of("url")),
            Map.entry("ExpectRequest", List.of("stdout")),
            Map.entry("FunctionSecretRequest", List.of("value")),
            Map.entry("RollbackRequest", List.of("version")),
            Map.entry("RetryRequest", List.of("attempts")),
            Map.entry("OpenSessionRequest", List.of("runtime")),
            Map.entry("ExtendSessionRequest", List.of("ttlSeconds")),
            Map.entry("CellRequest", List.of("code")),
            Map.entry("WindowRequest", List.of("rows", "cols")));
    private static final Set<String> REQUESTS = Set.of("SubmissionRequest", "BatchRequest", "FileContent", "WebhookRequest", "CaseRequest", "ExpectRequest",
            "OpenSessionRequest", "ExtendSessionRequest", "CellRequest", "RunCommandRequest", "WindowRequest", "ChangeFileRequest",
            "FunctionRequest", "ScheduleRequest", "HttpTriggerRequest", "RetryRequest", "OnFailureRequest", "InvocationRequest", "RollbackRequest", "FunctionSecretRequest");

    private static final Map<String, List<String>> VALUES = Map.ofEntries(
            Map.entry("ResultView.state", names(new State[] {State.FINISHED}, State::wireName)),
            Map.entry("ExecutionView.state", names(State.values(), State::wireName)),
            Map.entry("AcceptedView.state", names(State.values(), State::wireName)),
            Map.entry("BatchView.state", names(new State[] {State.RUNNING, State.FINISHED}, State::wireName)),
            Map.entry("InvocationView.trigger", names(Invocation.Trigger.values(), Invocation.Trigger::wireName)),
            Map.entry("HttpTriggerRequest.access", names(HttpTriggerRequest.Access.values(), HttpTriggerRequest.Access::wireName)),
            Map.entry("ScheduleRequest.overlap", List.of("skip", "queue", "allow")),
            Map.entry("ScheduleRequest.misfires", List.of("skip", "once")),
            Map.entry("ScheduleView.status", names(ScheduleState.Status.values(), ScheduleState.Status::wireName)),
            Map.entry("DueTimeView.skipped", names(DueTime.Skipped.values(), DueTime.Skipped::wireName)),
            Map.entry("FieldDifferenceView.change", names(FieldDifference.Kind.values(), kind -> kind.name().toLowerCase(Locale.ROOT))),
            Map.entry("DeliveryView.state", names(Delivery.State.values(), state -> state.name().toLowerCase(Locale.ROOT))),
            Map.entry("ResultView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("CaseView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("CaseRequest.stdinEncoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("ExpectRequest.compare", names(Expectation.Comparison.values(), Expectation.Comparison::wireName)),
            Map.entry("CompileView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("FileView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("FileContent.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("SubmissionRequest.stdinEncoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("CellView.status", names(CellEnd.CellOutcome.values(), CellEnd.CellOutcome::wireName)),
            Map.entry("CellView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("CommandView.state", List.of("running", "finished")),
            Map.entry("CommandView.encoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("RunCommandRequest.stdinEncoding", names(Encoding.values(), Encoding::wireName)),
            Map.entry("FileEntryView.type", List.of("file", "folder", "link", "other")),
            Map.entry("SessionView.start", List.of("warm", "cold")),
            Map.entry("SandboxView.start", List.of("warm", "cold")));

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("SubmissionRequest.function", "A stored function in place of a program: its name, or `NAME@VERSION`. With it come `input` or `stdin`, `args`, `env`, `labels` and `webhook`, and nothing else"),
            Map.entry("FunctionRequest.description", "What the function is for; at most 1,000 characters"),
            Map.entry("FunctionRequest.secrets", "Names of secrets that the program gets as variables; at most 50"),
            Map.entry("FunctionRequest.concurrency", "How many executions of the function may run at the same time, on each replica: 1 to 10,000; not bounded when it is left out"),
            Map.entry("FunctionRequest.schedule", "When the function runs by itself: by `cron` or by `everySeconds`"),
            Map.entry("ScheduleRequest.cron", "Five fields (minute, hour, day of the month, month, day of the week), or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`"),
            Map.entry("ScheduleRequest.timeZone", "In which `cron` is read: a name of the IANA database; `UTC` when it is left out"),
            Map.entry("ScheduleRequest.everySeconds", "1 to 2,678,400 (31 days): due at each multiple of it since 1970 in UTC"),
            Map.entry("ScheduleRequest.enabled", "`false`: it is never due"),
            Map.entry("ScheduleRequest.overlap", "At a due time when the execution before it has not ended: `skip` (when it is left out), `queue` (one due time waits for its end) or `allow`"),
            Map.entry("ScheduleRequest.misfires", "After more than 60 s in which nobody could run it: `skip` (when it is left out), or `once` for all missed due times"),
            Map.entry("FunctionRequest.retry", "How often a stored execution is tried again when it fails; never when it is left out"),
            Map.entry("FunctionRequest.onFailure", "Who learns of a stored execution that has failed and is not tried again: a webhook or a function"),
            Map.entry("RetryRequest.attempts", "2 to 10, the first one included"),
            Map.entry("RetryRequest.firstDelaySeconds", "1 to 3,600; 5 when it is left out. Each further delay is twice as long, an hour at most"),
            Map.entry("RetryRequest.on", "Outcomes that are tried again: `exited` (with another code than 0), `signaled`, `timed_out`, `out_of_memory`, `output_limit`, `failed`; all of them when it is left out"),
            Map.entry("OnFailureRequest.webhook", "Gets `function.failed`"),
            Map.entry("OnFailureRequest.function", "Of the same tenant; it gets the failure as its input, and its own failure calls no other"),
            Map.entry("ScheduleRequest.pauseAfterFailures", "After this many failed executions in a row it is paused, 1 to 1,000; never when it is left out"),
            Map.entry("ScheduleView.pauseReason", "`failures`, where it was paused because it failed too often in a row"),
            Map.entry("FunctionRequest.http", "Who may run the function by a request to `/fn/{tenant}/{name}`; nobody when it is left out"),
            Map.entry("HttpTriggerRequest.access", "`key` (when it is left out): with a key of the tenant's; `link`: with its secret link; `open`: everybody"),
            Map.entry("HttpTriggerRequest.requestsPerMinute", "1 to 1,000,000, on each replica; 600 when it is left out"),
            Map.entry("HttpTriggerRequest.requestsPerMinutePerAddress", "1 to 1,000,000, on each replica; 60 when it is left out"),
            Map.entry("LinkView.path", "On this service; shown this once"),
            Map.entry("FunctionView.schedule", "Where the function has one; missing in lists"),
            Map.entry("ScheduleView.next", "The next due times, five at most"),
            Map.entry("ScheduleView.waiting", "A due time that waits for the end of the execution before it"),
            Map.entry("ScheduleView.recent", "What became of the latest twenty due times, the newest first; missing in a function's own view"),
            Map.entry("DueTimeView.executionId", "Missing where it was skipped"),
            Map.entry("FunctionSecretRequest.value", "1 to 16,384 bytes, without NUL"),
            Map.entry("RollbackRequest.version", "The number of one of its versions"),
            Map.entry("SubmissionRequest.runtime", "`python`, `python:3.13` to pin the version, or an alias such as `py`; may be left out where a file's extension names it"),
            Map.entry("SubmissionRequest.code", "The content of the entry point; needed where `files` has none"),
            Map.entry("SubmissionRequest.files", "Written to the work folder before the program starts"),
            Map.entry("SubmissionRequest.entrypoint", "The file to run; not needed for `code`, for one file, or for `main.*`"),
            Map.entry("SubmissionRequest.args", "The program's arguments"),
            Map.entry("SubmissionRequest.env", "Variables of the program's environment"),
            Map.entry("SubmissionRequest.stdin", "The program's whole standard input"),
            Map.entry("SubmissionRequest.stdinEncoding", "`utf-8` when it is left out"),
            Map.entry("SubmissionRequest.limits", "What differs from the runtime's defaults; above a ceiling is refused"),
            Map.entry("SubmissionRequest.outputs", "Patterns of the files to bring back: `*.png`, `out/**`"),
            Map.entry("SubmissionRequest.compile", "Whether the runtime's compile step runs where a program can do without it: TypeScript's types are checked. `false` is refused where it cannot"),
            Map.entry("SubmissionRequest.display", "Whether what the program shows comes back as files `display/1.png`, `display/2.html`, …: figures that it leaves open, what it gives to `display()`, and its last expression's value. Python only, and not with `cases`"),
            Map.entry("SubmissionRequest.cases", "Runs of the program, up to 100, each in a sandbox of its own; it is compiled once"),
            Map.entry("CaseRequest.args", "The submission's own when left out"),
            Map.entry("CaseRequest.stdin", "The submission's own when left out"),
            Map.entry("CaseRequest.stdinEncoding", "`utf-8` when it is left out"),
            Map.entry("CaseRequest.files", "Beside the submission's, or in the place of one of the same path"),
            Map.entry("CaseRequest.expect", "`matched` then says whether standard output is as expected"),
            Map.entry("ExpectRequest.compare", "`exact` when it is left out; `trimmed` ignores white space at the ends of lines, `tokens` all white space, `numeric` also differences of a millionth"),
            Map.entry("SubmissionRequest.labels", "Free for the caller's own use; at most 64. Only asynchronous executions keep them"),
            Map.entry("SubmissionRequest.webhook", "Notified at the end of an asynchronous execution"),
            Map.entry("WebhookRequest.url", "`https` or `http`, of a host with a public address"),
            Map.entry("FileContent.encoding", "Of `content`; `utf-8` when it is left out"),
            Map.entry("ResultView.encoding", "Of `stdout` and `stderr`: `base64` where one of them is not UTF-8"),
            Map.entry("ResultView.compile", "What the compile step came to; missing where none ran"),
            Map.entry("ResultView.cases", "How each case ended, in order; missing where the submission has none"),
            Map.entry("CaseView.id", "The execution's id, and the case's number from 1: `ID/1`"),
            Map.entry("CaseView.matched", "Missing where the case does not say what it expects"),
            Map.entry("CaseView.encoding", "Of `stdout` and `stderr`: `base64` where one of them is not UTF-8"),
            Map.entry("ResultView.truncated", "The program wrote more than `limits.outputBytes`"),
            Map.entry("ResultView.filesSkipped", "Files that match `outputs` and were not brought back"),
            Map.entry("SandboxView.hostUid", "The host user that the program runs as; missing where the engine does not report it"),
            Map.entry("SandboxView.coldReason", "Why no warm sandbox served it"),
            Map.entry("AcceptedView.queuePosition", "How many waited, this one included; 0: it starts immediately"),
            Map.entry("AcceptedView.estimatedWaitMs", "Until its start, by the last minute's rate; missing where nothing is known"),
            Map.entry("ExecutionView.attempts", "How often a replica took it up; more than once where one stopped, failed or could not run it"),
            Map.entry("Page.next", "The `cursor` of the next page; missing at the end"),
            Map.entry("DeliveriesView.next", "The `cursor` of the next page; missing at the end"),
            Map.entry("SecretView.secret", "Only in the answer that creates it"),
            Map.entry("SecretView.expiresAt", "When it stops signing, where a newer one has replaced it"),
            Map.entry("OpenSessionRequest.limits", "Of the sandbox; `wallTimeMs` and `outputBytes` are each cell's and command's, `cpuTimeMs` is the whole session's"),
            Map.entry("OpenSessionRequest.ttlSeconds", "Until it ends; `mayfly.sessions.ttl` when it is left out"),
            Map.entry("OpenSessionRequest.idleSeconds", "Without a request and with nothing running, until it ends; `mayfly.sessions.idle` when it is left out"),
            Map.entry("ExtendSessionRequest.ttlSeconds", "From now on"),
            Map.entry("CellRequest.timeoutMs", "Without the cells before it; the session's `wallTimeMs` when it is left out"),
            Map.entry("CellRequest.maxOutputBytes", "Of output, displays and result together; the session's `outputBytes` when it is left out"),
            Map.entry("RunCommandRequest.command", "The program and its arguments; either this or `line`"),
            Map.entry("RunCommandRequest.line", "For `/bin/sh -c`"),
            Map.entry("RunCommandRequest.cwd", "Absolute, or below the work folder"),
            Map.entry("RunCommandRequest.keepStdin", "More input may come; needs `background`"),
            Map.entry("RunCommandRequest.background", "The answer comes when it has started, and it goes on without its caller"),
            Map.entry("CellView.stateKept", "Whether the next cell finds what this one and those before have made"),
            Map.entry("CellView.encoding", "Of `stdout` and `stderr`: `base64` where one of them is not UTF-8"),
            Map.entry("CommandView.encoding", "Of `stdout` and `stderr`: `base64` where one of them is not UTF-8"),
            Map.entry("CommandView.outcome", "Missing while it runs"),
            Map.entry("DataView.data", "By media type; images in base 64"),
            Map.entry("Rejection.problem", "The last part of the problem's `type`"));

    private final Map<String, ClassInfo> records = new HashMap<>();

    ApiSchemas(IndexView index) {
        index.getKnownClasses().stream()
                .filter(type -> type.isRecord() && type.name().toString().startsWith("dev.mayfly."))
                .forEach(type -> records.put(type.simpleName(), type));
    }

    private static <T> List<String> names(T[] values, Function<T, String> name) {
        return Arrays.stream(values).map(name).toList();
    }

    void complete(Components components) {
        FOREIGN.forEach(components::removeSchema);
        components.setSecuritySchemes(null);
        Map<String, Schema> all = new LinkedHashMap<>(components.getSchemas());
        all.forEach(this::complete);
        FunctionSchemas.complete(components);
        components.addSchema(OUTCOME, outcome());
        components.addSchema(LIMITS, limits());
    }

    private void complete(String name, Schema schema) {
        List<String> required = NEEDED.getOrDefault(name, REQUESTS.contains(name) ? List.of() : present(name));
        if (!required.isEmpty()) {
            schema.setRequired(required);
        }
        if (REQUESTS.contains(name)) {
            schema.setAdditionalPropertiesSchema(NONE);
        }
        var properties = new LinkedHashMap<String, Schema>();
        schema.getProperties().forEach((field, type) -> properties.put(field, complete(name, field, type)));
        schema.setProperties(properties);
    }

    private static Schema complete(String name, String field, Schema type) {
        String key = name + "." + field;
        Schema whole = switch (field) {
            case "outcome" -> OASFactory.createSchema().ref(OUTCOME);
            case "limits", "ceilings", "minimums" -> OASFactory.createSchema().ref(LIMITS);
            default -> type;
        };
        if (whole.getRef() != null) {
            whole.setType(null);
        }
        if (VALUES.containsKey(key)) {
            whole.setEnumeration(List.copyOf(VALUES.get(key)));
        }
        if (MEANINGS.containsKey(key)) {
            whole.setDescription(MEANINGS.get(key));
        }
        if (field.endsWith("At") || field.equals("at")) {
            whole.setFormat("date-time");
        }
        return whole;
    }

    /// The fields that are in every answer.
    private List<String> present(String name) {
        if (!records.containsKey(name)) {
            throw new IllegalStateException("no record is named %s".formatted(name));
        }
        return records.get(name).recordComponentsInDeclarationOrder().stream()
                .filter(component -> !component.type().hasAnnotation(NULLABLE))
                .map(RecordComponentInfo::name)
                .toList();
    }

    private static Schema outcome() {
        var properties = new LinkedHashMap<String, Schema>();
        properties.put("kind", text("How it ended; the other fields are the evidence").enumeration(List.copyOf(names(OutcomeKind.values(), OutcomeKind::wireName))));
        properties.put("exitCode", whole("exited: 0 to 255"));
        properties.put("signal", text("signaled: its name, `SIGSEGV`"));
        properties.put("signalNumber", whole("signaled"));
        properties.put("clock", text("timed_out: which limit it was").enumeration(List.copyOf(names(Outcome.Clock.values(), clock -> clock.name().toLowerCase(Locale.ROOT)))));
        properties.put("measuredMs", OASFactory.createSchema().addType(Schema.SchemaType.NUMBER).description("timed_out"));
        properties.put("limitMs", whole("timed_out"));
        properties.put("peakBytes", whole("out_of_memory"));
        properties.put("writtenBytes", whole("output_limit"));
        properties.put("limitBytes", whole("out_of_memory, output_limit"));
        properties.put("compiler", OASFactory.createSchema().ref(OUTCOME));
        properties.put("by", text("cancelled: by whom").enumeration(List.copyOf(names(Outcome.By.values(), by -> by.name().toLowerCase(Locale.ROOT)))));
        properties.put("reason", text("failed: what went wrong in Mayfly, not in the program"));
        properties.put("retryable", OASFactory.createSchema().addType(Schema.SchemaType.BOOLEAN).description("failed: it may work when it is sent again"));
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).properties(properties).required(List.of("kind"));
    }

    private static Schema limits() {
        var properties = new LinkedHashMap<String, Schema>();
        for (LimitAxis axis : LimitAxis.values()) {
            properties.put(axis.wireName(), OASFactory.createSchema()
                    .addType(axis == LimitAxis.CPUS ? Schema.SchemaType.NUMBER : Schema.SchemaType.INTEGER)
                    .minimum(new BigDecimal(axis.toWire(axis.min()).toString()))
                    .maximum(new BigDecimal(axis.toWire(axis.max()).toString())));
        }
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).properties(properties).additionalPropertiesSchema(NONE);
    }

    private static Schema text(String meaning) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(meaning);
    }

    private static Schema whole(String meaning) {
        return OASFactory.createSchema().addType(Schema.SchemaType.INTEGER).description(meaning);
    }
}
