package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// JSON to `Submission`. Whatever is wrong is a rejection that names the field.
public final class SubmissionReader {
    private static final int MAX_LABELS = 64;
    private static final int MAX_DIGITS = 30;
    private static final Pattern NAME = Pattern.compile("[!-~]{1,200}");

    private SubmissionReader() {}

    /// @param json a whole document
    public static Submission read(byte[] json, String id, String tenant) throws RejectedException {
        return submission(request(tree(json)), new Sender(id, tenant, Lane.INTERACTIVE), Optional.empty());
    }

    /// For the bulk lane: the document tells its `id`, 1 to 200 printable ASCII characters, and may tell its `tenant`.
    public static Submission readBulk(byte[] json) throws RejectedException {
        ObjectNode tree = tree(json);
        String id = name(tree, "id").orElseThrow(() -> invalid("id", "id is missing"));
        var sender = new Sender(id, name(tree, "tenant").orElse(Submission.DEFAULT_TENANT), Lane.BULK);
        return submission(request(tree), sender, Optional.empty());
    }

    /// With an input that comes while the program runs, in place of the document's own.
    public static Submission readInteractive(byte[] json, String id, String tenant, InputStream stdin) throws RejectedException {
        var sender = new Sender(id, tenant, Lane.INTERACTIVE);
        return submission(request(tree(json)), sender, Optional.of(new Stdin.Live(stdin)));
    }

    private record Sender(String id, String tenant, Lane lane) {}

    private static Optional<String> name(ObjectNode tree, String field) throws RejectedException {
        JsonNode name = tree.remove(field);
        if (name == null) {
            return Optional.empty();
        }
        if (!name.isTextual() || !NAME.matcher(name.textValue()).matches()) {
            throw invalid(field, "%s has 1 to 200 printable ASCII characters and no space".formatted(field));
        }
        return Optional.of(name.textValue());
    }

    private static ObjectNode tree(byte[] json) throws RejectedException {
        try {
            if (Json.STRICT.readTree(json) instanceof ObjectNode tree) {
                return tree;
            }
            throw invalid("", "the body must be a JSON object");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw invalid("", "the body is not JSON: %s (line %d, column %d)"
                    .formatted(e.getOriginalMessage(), at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr()));
        } catch (IOException e) {
            throw invalid("", "the body cannot be read: " + e.getMessage());
        }
    }

    private static SubmissionRequest request(ObjectNode tree) throws RejectedException {
        try {
            return Json.STRICT.treeToValue(tree, SubmissionRequest.class);
        } catch (UnrecognizedPropertyException e) {
            throw invalid(path(e), "the field %s is unknown".formatted(e.getPropertyName()));
        } catch (JsonProcessingException e) {
            String field = e instanceof JsonMappingException mapping ? path(mapping) : "";
            throw invalid(field, "%s does not fit: %s".formatted(field.isEmpty() ? "the body" : field, e.getOriginalMessage()));
        }
    }

    private static String path(JsonMappingException e) {
        var path = new StringBuilder();
        for (var step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static Submission submission(SubmissionRequest request, Sender sender, Optional<Stdin> live) throws RejectedException {
        List<SourceFile> files = new ArrayList<>();
        for (SubmissionRequest.FileContent file : orEmpty(request.files(), "files")) {
            files.add(file("files[%d]".formatted(files.size()), file));
        }
        if (request.labels() != null && request.labels().size() > MAX_LABELS) {
            throw invalid("labels", "at most %d labels".formatted(MAX_LABELS));
        }
        byte @Nullable [] code = request.code() == null ? null : bytes("code", request.code(), null);
        byte[] stdin = request.stdin() == null ? new byte[0] : bytes("stdin", request.stdin(), request.stdinEncoding());
        var program = new Program(
                Optional.ofNullable(code),
                files,
                Optional.ofNullable(request.entrypoint()),
                orEmpty(request.args(), "args"),
                env(request.env()),
                live.orElse(new Stdin.Bytes(stdin)),
                orEmpty(request.outputs(), "outputs"));
        return new Submission(
                sender.id(), sender.tenant(), sender.lane(), Optional.ofNullable(request.runtime()), program, limits(request.limits()));
    }

    private static SourceFile file(String field, SubmissionRequest.FileContent file) throws RejectedException {
        if (file.path() == null) {
            throw invalid(field + ".path", "path is missing");
        }
        if (file.content() == null) {
            throw invalid(field + ".content", "content is missing; an empty file has the content \"\"");
        }
        return new SourceFile(file.path(), bytes(field, file.content(), file.encoding()));
    }

    private static byte[] bytes(String field, String content, @Nullable String encoding) throws RejectedException {
        try {
            return Encoding.byName(encoding).decode(content);
        } catch (IllegalArgumentException e) {
            throw invalid(field, field + ": " + e.getMessage());
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list, String field) throws RejectedException {
        if (list == null) {
            return List.of();
        }
        for (T element : list) {
            if (element == null) {
                throw invalid(field, field + " contains null");
            }
        }
        return list;
    }

    private static Map<String, String> env(@Nullable Map<String, String> env) throws RejectedException {
        if (env == null) {
            return Map.of();
        }
        for (var variable : env.entrySet()) {
            if (variable.getValue() == null) {
                throw invalid("env." + variable.getKey(), "a variable's value is a string, not null");
            }
        }
        return env;
    }

    private static Map<LimitAxis, Long> limits(@Nullable Map<String, BigDecimal> limits) throws RejectedException {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        if (limits != null) {
            for (var limit : limits.entrySet()) {
                String field = "limits." + limit.getKey();
                LimitAxis axis = LimitAxis.byWireName(limit.getKey()).orElseThrow(() -> invalid(field, "the limit is unknown"));
                BigDecimal amount = limit.getValue();
                if (amount == null) {
                    throw invalid(field, "a limit is a number, not null");
                }
                // A number of a few characters may have a billion digits; none of those is a limit.
                if (Math.abs((long) amount.precision() - amount.scale()) > MAX_DIGITS || Math.abs((long) amount.scale()) > MAX_DIGITS) {
                    throw invalid(field, "the number is too large or too fine");
                }
                try {
                    amounts.put(axis, axis.fromWire(amount));
                } catch (ArithmeticException e) {
                    throw invalid(field, "%s is not a number of that unit".formatted(amount.toPlainString()));
                }
            }
        }
        return amounts;
    }
}
