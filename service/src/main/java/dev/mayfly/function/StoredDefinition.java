package dev.mayfly.function;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.FailurePolicy;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.HttpTriggerRequest;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ScheduleRequest;
import dev.mayfly.wire.SubmissionRequest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A definition as the store has it. It was checked when it was stored, perhaps by another release: fields that this
/// one does not know are left alone, and a release whose functions must not be run without knowing a field of theirs
/// writes those in a higher form.
///
/// @param digest SHA-256 of what it says, whatever the order of its fields
record StoredDefinition(byte[] body, String digest, Optional<String> runtime, Optional<String> description) {
    /// The highest form that this release knows.
    static final int FORM = 1;

    private static final String DESCRIPTION = "description";
    private static final String SECRETS = "secrets";
    private static final String CONCURRENCY = "concurrency";
    private static final String SCHEDULE = "schedule";
    private static final String HTTP = "http";
    private static final String RETRY = "retry";
    private static final String ON_FAILURE = "onFailure";

    static StoredDefinition of(FunctionDefinition definition) {
        ObjectNode json = definition.json();
        try {
            byte[] sorted = Json.STRICT.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED).writeValueAsBytes(json);
            return new StoredDefinition(json.toString().getBytes(UTF_8), digest(sorted), Optional.ofNullable(definition.program().runtime()), definition.description());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    static FunctionDefinition read(byte[] body) {
        try {
            ObjectNode tree = tree(body);
            Optional<String> description = Optional.ofNullable(tree.remove(DESCRIPTION)).map(JsonNode::textValue);
            Set<String> secrets = new LinkedHashSet<>();
            Optional.ofNullable(tree.remove(SECRETS)).ifPresent(names -> names.forEach(name -> secrets.add(name.textValue())));
            JsonNode most = tree.remove(CONCURRENCY);
            OptionalInt concurrency = most == null ? OptionalInt.empty() : OptionalInt.of(most.intValue());
            Optional<ScheduleRequest> schedule = part(tree, SCHEDULE, ScheduleRequest.class);
            Optional<HttpTriggerRequest> http = part(tree, HTTP, HttpTriggerRequest.class);
            Optional<FailurePolicy> failures = FunctionDefinition.failures(part(tree, RETRY, FailurePolicy.RetryRequest.class), part(tree, ON_FAILURE, FailurePolicy.OnFailureRequest.class));
            return new FunctionDefinition(description, secrets, concurrency, schedule, http, failures, lenient(tree, SubmissionRequest.class));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> Optional<T> part(ObjectNode tree, String field, Class<T> type) throws IOException {
        JsonNode part = tree.remove(field);
        return part == null ? Optional.empty() : Optional.of(lenient(part, type));
    }

    private static <T> T lenient(JsonNode json, Class<T> type) throws IOException {
        return Json.STRICT.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).readValue(json);
    }

    static ObjectNode tree(byte[] body) {
        try {
            return (ObjectNode) Json.STRICT.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
