package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.http.EventBytes;
import dev.mayfly.session.CellEnd.CellOutcome;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionEventEncoder.OutputView;
import dev.mayfly.wire.SessionViews.CellEndView;
import dev.mayfly.wire.SessionViews.DataView;
import dev.mayfly.wire.SessionViews.ErrorView;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/// A cell's events as lines of JSON.
final class InterpreterFormat implements EventBytes.Format {
    private static final String TEXT = "text/plain";
    private static final Map<String, String> FORMATS = Map.of(
            "text/plain", "text", "text/html", "html", "text/markdown", "markdown", "image/svg+xml", "svg", "image/png", "png", "image/jpeg", "jpeg", "application/pdf", "pdf", "text/latex", "latex",
            "application/json", "json", "application/javascript", "javascript");

    private static byte[] line(ObjectNode json) {
        return (json + "\n").getBytes(UTF_8);
    }

    private static ObjectNode typed(String type) {
        return Json.STRICT.createObjectNode().put("type", type);
    }

    /// So that a client knows, before there is output, that its code runs.
    @Override
    public byte[] head() {
        return heartbeat();
    }

    @Override
    public byte[] heartbeat() {
        return line(typed("keepalive"));
    }

    @Override
    public byte[] event(String name, Object data) {
        return switch (data) {
            case OutputView output -> line(typed(name).put("text", text(output)));
            case DataView shown -> line(shown(shown, name.equals("result")));
            case ErrorView error -> line(error(error.name(), error.message(), error.trace()));
            case CellEndView end -> end(end);
            default -> throw new IllegalStateException("an event of another kind: " + name);
        };
    }

    private static String text(OutputView output) {
        return output.encoding().equals("base64") ? new String(Base64.getDecoder().decode(output.data()), UTF_8) : output.data();
    }

    private static ObjectNode shown(DataView shown, boolean isResult) {
        ObjectNode json = typed("result").put("is_main_result", isResult);
        shown.data().forEach((type, value) -> {
            if (type.contains("/")) { // a media type, and no field of ours
                json.set(FORMATS.getOrDefault(type, type), type.equals(TEXT) ? Json.STRICT.getNodeFactory().textNode(withoutQuotes(String.valueOf(value instanceof JsonNode node ? node.asText() : value)))
                        : value instanceof JsonNode node ? node : Json.STRICT.valueToTree(value));
            }
        });
        return json;
    }

    /// A string is its content, as E2B has it.
    private static String withoutQuotes(String text) {
        boolean quoted = text.length() > 1 && (text.startsWith("'") || text.startsWith("\"")) && text.charAt(0) == text.charAt(text.length() - 1);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static ObjectNode error(String name, String value, String trace) {
        return typed("error").put("name", name).put("value", value).put("traceback", trace);
    }

    private static byte[] end(CellEndView end) {
        String ended = typed("number_of_executions").put("execution_count", end.cell()) + "\n" + typed("end_of_execution") + "\n";
        CellOutcome outcome = CellOutcome.valueOf(end.status().toUpperCase(Locale.ROOT));
        return (why(outcome, end) + ended).getBytes(UTF_8);
    }

    /// What no error of the code's own says.
    private static String why(CellOutcome outcome, CellEndView end) {
        return switch (outcome) {
            case COMPLETED, RAISED -> "";
            case TIMED_OUT -> unexpected("TimeoutError", "the execution ran for too long", end);
            case OUTPUT_LIMIT -> unexpected("OutputLimit", "it wrote more than one execution may", end);
            case INTERRUPTED -> unexpected("KeyboardInterrupt", "the execution was interrupted", end);
            case OUT_OF_MEMORY -> unexpected("MemoryError", "the sandbox's memory is used up", end);
            case EXITED -> unexpected("ContextEnded", "the next execution gets another interpreter", end);
            case FAILED -> unexpected("ContextFailed", "no interpreter could be started", end);
            case SESSION_ENDED -> unexpected("SandboxEnded", "the sandbox has ended", end);
        };
    }

    private static String unexpected(String name, String why, CellEndView end) {
        String detail = end.detail() == null || end.detail().isEmpty() ? why : why + ": " + end.detail();
        return error(name, detail, "") + "\n";
    }
}
