package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.pool.Lane;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A submission that is accepted first and read later.
///
/// @param request as it came
/// @param failures what happens when it fails, where it is a function's
public record AsyncSubmission(Submission submission, SubmissionRequest request, Map<String, String> labels, Optional<URI> webhook, Optional<FailurePolicy> failures) {
    private static final int MAX_LABEL_LENGTH = 256;
    private static final int MAX_URL_LENGTH = 2048;
    private static final int MAX_PORT = 65_535;

    /// @param json a whole document
    public static AsyncSubmission read(byte[] json, String id, String tenant) throws RejectedException {
        return read(json, new Requester(id, tenant));
    }

    /// @param json a whole document
    public static AsyncSubmission read(byte[] json, Requester requester) throws RejectedException {
        return of(RequestDocument.parse(json).request(requester), requester);
    }

    /// As `SubmissionReader.readBulk`, of one that is stored under another id: the same request over HTTP reads the
    /// same.
    public static AsyncSubmission readBulk(byte[] json, String id, FunctionLookup functions) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        document.take("id");
        String tenant = document.takeName("tenant").orElse(Submission.DEFAULT_TENANT);
        return of(document.request(), new Requester(id, tenant, Lane.INTERACTIVE, Trigger.KAFKA, functions, Optional.empty()));
    }

    public static AsyncSubmission of(SubmissionRequest request, Requester requester) throws RejectedException {
        return of(ResolvedRequest.of(request, requester), request, requester);
    }

    /// @param request as it came
    static AsyncSubmission of(ResolvedRequest resolved, SubmissionRequest request, Requester requester) throws RejectedException {
        Submission submission = SubmissionConverter.submission(resolved, requester, Optional.empty());
        return new AsyncSubmission(submission, request, labels(resolved.request()), webhook("webhook.url", resolved.request().webhook()), resolved.failures());
    }

    /// Equal for documents that say the same.
    public byte[] fingerprinted() {
        try {
            return Json.STRICT.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).with(JsonNodeFeature.WRITE_PROPERTIES_SORTED).writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public AsyncSubmission with(Submission checked) {
        return new AsyncSubmission(checked, request, labels, webhook, failures);
    }

    public AsyncSubmission in(Optional<TraceContext> trace) {
        return with(submission.in(trace));
    }

    private static Map<String, String> labels(SubmissionRequest request) throws RejectedException {
        Map<String, String> labels = new LinkedHashMap<>();
        for (var label : (request.labels() == null ? Map.<String, String>of() : request.labels()).entrySet()) {
            if (label.getValue() == null || !isLabel(label.getKey()) || !isLabel(label.getValue())) {
                throw invalid("labels." + label.getKey(), "a label's name and value must have at most %d characters".formatted(MAX_LABEL_LENGTH));
            }
            labels.put(label.getKey(), label.getValue());
        }
        return labels;
    }

    private static boolean isLabel(String text) {
        return Storable.isText(text) && text.length() <= MAX_LABEL_LENGTH;
    }

    static Optional<URI> webhook(String field, SubmissionRequest.@Nullable WebhookRequest webhook) throws RejectedException {
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
        throw invalid(field, "%s must be an http or https URL with a host, without a user, of at most %d characters".formatted(field, MAX_URL_LENGTH));
    }
}
