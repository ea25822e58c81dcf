package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.WindowSize;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// JSON to `Submission`. Whatever is wrong is a rejection that names the field.
public final class SubmissionReader {
    private static final String TERMINAL = "tty";
    private static final int MAX_LABELS = 64;
    private static final int MAX_LABEL_LENGTH = 256;
    private static final int MAX_BATCH = 1000;
    private static final int MAX_URL_LENGTH = 2048;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DIGITS = 30;
    private static final Pattern NAME = Pattern.compile("[!-~]{1,200}");

    private SubmissionReader() {}

    /// @param json a whole document
    public static Submission read(byte[] json, String id, String tenant) throws RejectedException {
        return submission(awaited(request(document(json))), new Sender(id, tenant, Lane.INTERACTIVE), Optional.empty());
    }

    /// For the bulk lane: the document has its `id`, 1 to 200 printable ASCII characters, and may have its `tenant`.
    public static Submission readBulk(byte[] json) throws RejectedException {
        ObjectNode tree = document(json);
        String id = name(tree, "id").orElseThrow(() -> invalid("id", "id is missing"));
        var sender = new Sender(id, name(tree, "tenant").orElse(Submission.DEFAULT_TENANT), Lane.BULK);
        SubmissionRequest request = request(tree);
        if (request.webhook() != null) {
            throw invalid("webhook", "a record's result goes to the topic of outcomes; a webhook is only sent for submissions that come over HTTP");
        }
        return submission(request, sender, Optional.empty());
    }

    /// With an input that comes while the program runs, in place of the document's own; at a terminal where the document has its size in `tty`.
    ///
    /// @param maxIdle how long a terminal may be idle
    public static Submission readInteractive(byte[] json, String id, String tenant, InputStream stdin, Duration maxIdle) throws RejectedException {
        var sender = new Sender(id, tenant, Lane.INTERACTIVE);
        ObjectNode tree = document(json);
        JsonNode terminal = tree.remove(TERMINAL);
        Stdin live = terminal == null ? new Stdin.Live(stdin) : new Stdin.Terminal(stdin, window(terminal), maxIdle);
        return submission(awaited(request(tree)), sender, Optional.of(live));
    }

    private static WindowSize window(JsonNode terminal) throws RejectedException {
        try {
            return WindowView.read(TERMINAL, terminal);
        } catch (IllegalArgumentException e) {
            throw invalid(TERMINAL, String.valueOf(e.getMessage()));
        }
    }

    /// One that is to run later.
    ///
    /// @param request as it came
    public record AsyncSubmission(Submission submission, SubmissionRequest request, Map<String, String> labels, Optional<URI> webhook) {
        /// Equal for documents that say the same.
        public byte[] fingerprinted() {
            return sorted(request);
        }

        public AsyncSubmission with(Submission checked) {
            return new AsyncSubmission(checked, request, labels, webhook);
        }
    }

    public static AsyncSubmission readForLater(byte[] json, String id, String tenant) throws RejectedException {
        return forLater(document(json), id, tenant);
    }

    /// Many at once.
    ///
    /// @param fingerprinted equal for documents that say the same
    public record Batch(List<JsonNode> items, Optional<URI> webhook, byte[] fingerprinted) {
        public Batch {
            items = List.copyOf(items);
        }

        public AsyncSubmission item(int index, String id, String tenant) throws RejectedException {
            if (items.get(index) instanceof ObjectNode tree) {
                return forLater(tree, id, tenant);
            }
            throw invalid("", "a submission must be a JSON object");
        }
    }

    public static Batch readBatch(byte[] json) throws RejectedException {
        ObjectNode tree = document(json);
        if (!(tree.get("executions") instanceof ArrayNode items) || items.isEmpty() || items.size() > MAX_BATCH) {
            throw invalid("executions", "executions must be a list of 1 to %d submissions".formatted(MAX_BATCH));
        }
        byte[] fingerprinted = sorted(tree);
        JsonNode webhook = tree.remove("webhook");
        tree.remove("executions");
        if (!tree.isEmpty()) {
            String field = tree.fieldNames().next();
            throw invalid(field, "the field %s is unknown".formatted(field));
        }
        List<JsonNode> list = new ArrayList<>();
        items.forEach(list::add);
        return new Batch(list, webhook(webhook == null ? null : request(tree.set("webhook", webhook)).webhook()), fingerprinted);
    }

    private static AsyncSubmission forLater(ObjectNode tree, String id, String tenant) throws RejectedException {
        SubmissionRequest request = request(tree);
        Submission submission = submission(request, new Sender(id, tenant, Lane.INTERACTIVE), Optional.empty());
        Map<String, String> labels = new LinkedHashMap<>();
        for (var label : (request.labels() == null ? Map.<String, String>of() : request.labels()).entrySet()) {
            if (label.getValue() == null || !Storable.isText(label.getKey()) || !Storable.isText(label.getValue()) || label.getKey().length() > MAX_LABEL_LENGTH || label.getValue().length() > MAX_LABEL_LENGTH) {
                throw invalid("labels." + label.getKey(), "a label's name and value must have at most %d characters".formatted(MAX_LABEL_LENGTH));
            }
            labels.put(label.getKey(), label.getValue());
        }
        return new AsyncSubmission(submission, request, labels, webhook(request.webhook()));
    }

    private static byte[] sorted(Object document) {
        try {
            return Json.STRICT.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .writeValueAsBytes(document instanceof ObjectNode tree ? Json.STRICT.treeToValue(tree, Object.class) : document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<URI> webhook(SubmissionRequest.@Nullable WebhookRequest webhook) throws RejectedException {
        if (webhook == null) {
            return Optional.empty();
        }
        try {
            var url = new URI(webhook.url() == null ? "" : webhook.url());
            boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null && url.getUserInfo() == null && url.getPort() <= MAX_PORT && url.toString().length() <= MAX_URL_LENGTH) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw invalid("webhook.url", "webhook.url must be an http or https URL with a host, without a user, of at most %d characters".formatted(MAX_URL_LENGTH));
    }

    private static SubmissionRequest awaited(SubmissionRequest request) throws RejectedException {
        if (request.webhook() != null) {
            throw invalid("webhook", "webhook requires Prefer: respond-async");
        }
        return request;
    }

    /// As `readBulk`, of one that is to be kept under another id: the same request over HTTP reads the same.
    public static AsyncSubmission readBulkForLater(byte[] json, String id) throws RejectedException {
        ObjectNode tree = document(json);
        tree.remove("id");
        String tenant = name(tree, "tenant").orElse(Submission.DEFAULT_TENANT);
        return forLater(tree, id, tenant);
    }

    private record Sender(String id, String tenant, Lane lane) {}

    private static Optional<String> name(ObjectNode tree, String field) throws RejectedException {
        JsonNode name = tree.remove(field);
        if (name == null) {
            return Optional.empty();
        }
        if (!name.isTextual() || !NAME.matcher(name.textValue()).matches()) {
            throw invalid(field, "%s must have 1 to 200 printable ASCII characters and no space".formatted(field));
        }
        return Optional.of(name.textValue());
    }

    /// As a sender wrote it.
    private static ObjectNode document(byte[] json) throws RejectedException {
        JsonText.check(json);
        return tree(json);
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
        if (tree.has(TERMINAL)) {
            throw invalid(TERMINAL, "tty is supported only by the WebSocket at /v1/executions/interactive");
        }
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
            throw invalid("labels", "labels must have at most %d entries".formatted(MAX_LABELS));
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
                throw invalid("env." + variable.getKey(), "a variable's value must be a string; got null");
            }
        }
        return env;
    }

    private static Map<LimitAxis, Long> limits(@Nullable Map<String, BigDecimal> limits) throws RejectedException {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        if (limits != null) {
            for (var limit : limits.entrySet()) {
                String field = "limits." + limit.getKey();
                LimitAxis axis = LimitAxis.byWireName(limit.getKey()).orElseThrow(() -> invalid(field, "unknown limit"));
                BigDecimal amount = limit.getValue();
                if (amount == null) {
                    throw invalid(field, "a limit must be a number; got null");
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
