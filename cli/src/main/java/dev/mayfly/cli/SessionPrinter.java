package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.wire.Encoding;
import java.io.PrintStream;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Prints what a cell or a command reports, and remembers how it ended.
final class SessionPrinter implements BiConsumer<String, JsonNode> {
    private static final int TIMED_OUT = 124;
    private static final int INTERRUPTED = 130;
    private static final int KILLED = 137;
    private static final int SIGNALED = 128;
    private static final String TEXT = "text/plain";

    private final PrintStream out;
    private final PrintStream err;
    private int exitCode = CliException.OUR_FAULT;

    SessionPrinter(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// As `mayfly run` has it.
    int exitCode() {
        return exitCode;
    }

    @Override
    public void accept(String event, JsonNode data) {
        switch (event) {
            case "stdout" -> print(out, data);
            case "stderr" -> print(err, data);
            case "display", "result" -> out.println(shown(data.path("data")));
            case "error" -> err.print(data.path("trace").asText());
            case "ended" -> exitCode = data.has("status") ? cell(data) : command(data.path("outcome"));
            default -> {} // what later services may add
        }
        out.flush();
        err.flush();
    }

    /// An event's output, as the program wrote it.
    static void print(PrintStream stream, JsonNode data) {
        byte[] bytes = Encoding.byName(data.path("encoding").asText()).decode(data.path("data").asText());
        stream.write(bytes, 0, bytes.length);
    }

    /// Its text, and which other forms there are.
    private static String shown(JsonNode data) {
        Map<String, Integer> others = new TreeMap<>();
        data.properties().forEach(form -> {
            if (!form.getKey().equals(TEXT)) {
                others.put(form.getKey(), size(form.getKey(), form.getValue().asText()));
            }
        });
        String forms = others.isEmpty() ? "" : " [%s]".formatted(String.join(", ", others.entrySet().stream().map(form -> "%s, %d bytes".formatted(form.getKey(), form.getValue())).toList()));
        return data.path(TEXT).asText() + forms;
    }

    private static int size(String type, String content) {
        try {
            return type.startsWith("image/") && !type.endsWith("+xml") ? Base64.getDecoder().decode(content).length : content.getBytes(UTF_8).length;
        } catch (IllegalArgumentException e) {
            return content.length();
        }
    }

    private int cell(JsonNode end) {
        String status = end.path("status").asText();
        String detail = end.path("detail").asText();
        if (!status.equals("completed") && !status.equals("raised")) {
            err.printf("mayfly: %s%s%s%n", status.replace('_', ' '), detail.isEmpty() ? "" : ": " + detail, end.path("stateKept").asBoolean() ? "" : "; variables are lost, files are still there");
        }
        return switch (status) {
            case "completed" -> 0;
            case "raised" -> 1;
            case "timed_out" -> TIMED_OUT;
            case "interrupted" -> INTERRUPTED;
            case "out_of_memory" -> KILLED;
            default -> CliException.OUR_FAULT;
        };
    }

    private int command(JsonNode outcome) {
        String kind = outcome.path("kind").asText();
        return switch (kind) {
            case "exited" -> outcome.path("exitCode").asInt();
            case "signaled" -> SIGNALED + outcome.path("signalNumber").asInt();
            default -> {
                err.printf("mayfly: %s%n", kind.replace('_', ' '));
                yield kind.equals("timed_out") ? TIMED_OUT : CliException.OUR_FAULT;
            }
        };
    }
}
