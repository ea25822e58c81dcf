package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/// A function as its owner describes it: a submission that is stored, and what it is for.
///
/// @param secrets names of the tenant's secrets that the program gets as variables
/// @param concurrency how many executions may be there at the same time on a replica, if that is bounded
/// @param schedule when it runs by itself
/// @param http who may run it by a request to its own address
/// @param failures what happens when it fails
public record FunctionDefinition(
        Optional<String> description, Set<String> secrets, OptionalInt concurrency, Optional<ScheduleRequest> schedule, Optional<HttpTriggerRequest> http, Optional<FailurePolicy> failures, SubmissionRequest program) {
    private static final String DESCRIPTION = "description";
    private static final String SECRETS = "secrets";
    private static final String CONCURRENCY = "concurrency";
    private static final String SCHEDULE = "schedule";
    private static final String HTTP = "http";
    private static final String RETRY = "retry";
    private static final String ON_FAILURE = "onFailure";
    private static final int MAX_DESCRIPTION_LENGTH = 1000;
    private static final int MAX_SECRETS = 50;
    private static final int MAX_CONCURRENCY = 10_000;
    private static final Pattern SECRET = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    public FunctionDefinition {
        secrets = Collections.unmodifiableSet(new LinkedHashSet<>(secrets));
    }

    /// @param json a whole document
    public static FunctionDefinition read(byte[] json) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        Optional<JsonNode> description = document.take(DESCRIPTION);
        if (description.isPresent() && !isDescription(description.get())) {
            throw invalid(DESCRIPTION, "description must be text of at most %d characters".formatted(MAX_DESCRIPTION_LENGTH));
        }
        Set<String> secrets = secrets(document.take(SECRETS));
        OptionalInt concurrency = concurrency(document.take(CONCURRENCY));
        Optional<ScheduleRequest> schedule = document.take(SCHEDULE, ScheduleRequest.class);
        Optional<HttpTriggerRequest> http = document.take(HTTP, HttpTriggerRequest.class);
        if (http.isPresent()) {
            http.get().check();
        }
        Optional<FailurePolicy> failures = failures(document.take(RETRY, FailurePolicy.RetryRequest.class), document.take(ON_FAILURE, FailurePolicy.OnFailureRequest.class));
        if (failures.isPresent()) {
            failures.get().check();
        }
        SubmissionRequest program = document.request();
        if (program.function() != null) {
            throw invalid("function", "a function cannot name another function in place of its code");
        }
        if (program.input() != null) {
            throw invalid("input", "input comes with each invocation; a function's own standard input is stdin");
        }
        return new FunctionDefinition(description.map(JsonNode::textValue), secrets, concurrency, schedule, http, failures, program);
    }

    /// Empty where there is neither.
    public static Optional<FailurePolicy> failures(Optional<FailurePolicy.RetryRequest> retry, Optional<FailurePolicy.OnFailureRequest> onFailure) {
        return retry.isEmpty() && onFailure.isEmpty() ? Optional.empty() : Optional.of(new FailurePolicy(retry.orElse(null), onFailure.orElse(null)));
    }

    private static Set<String> secrets(Optional<JsonNode> names) throws RejectedException {
        if (names.isEmpty()) {
            return Set.of();
        }
        if (!names.get().isArray() || names.get().size() > MAX_SECRETS) {
            throw invalid(SECRETS, "secrets must be a list of at most %d names".formatted(MAX_SECRETS));
        }
        Set<String> secrets = new LinkedHashSet<>();
        for (JsonNode name : names.get()) {
            secrets.add(secretName(SECRETS, name.isTextual() ? name.textValue() : ""));
        }
        return secrets;
    }

    private static OptionalInt concurrency(Optional<JsonNode> amount) throws RejectedException {
        if (amount.isEmpty()) {
            return OptionalInt.empty();
        }
        int most = amount.get().isInt() ? amount.get().intValue() : 0;
        if (most < 1 || most > MAX_CONCURRENCY) {
            throw invalid(CONCURRENCY, "concurrency must be a whole number between 1 and %d; got %s".formatted(MAX_CONCURRENCY, amount.get()));
        }
        return OptionalInt.of(most);
    }

    /// As a secret may be called: it is a variable's name.
    public static String secretName(String field, String text) throws RejectedException {
        if (!SECRET.matcher(text).matches()) {
            throw invalid(field, "a secret's name must have 1 to 128 letters, digits and _, and must not begin with a digit");
        }
        return text;
    }

    private static boolean isDescription(JsonNode text) {
        return text.isTextual() && text.textValue().length() <= MAX_DESCRIPTION_LENGTH && Storable.isText(text.textValue());
    }

    /// As it was sent.
    public ObjectNode json() {
        ObjectNode json = Json.STRICT.createObjectNode();
        description.ifPresent(text -> json.put(DESCRIPTION, text));
        if (!secrets.isEmpty()) {
            secrets.forEach(json.putArray(SECRETS)::add);
        }
        concurrency.ifPresent(most -> json.put(CONCURRENCY, most));
        schedule.ifPresent(times -> json.set(SCHEDULE, Json.STRICT.valueToTree(times)));
        http.ifPresent(trigger -> json.set(HTTP, Json.STRICT.valueToTree(trigger)));
        failures.ifPresent(policy -> json.setAll((ObjectNode) Json.STRICT.valueToTree(policy)));
        return json.setAll((ObjectNode) Json.STRICT.valueToTree(program));
    }

    /// As one submission of it, without anything that an invocation adds.
    public AsyncSubmission submission(String id, String tenant) throws RejectedException {
        return AsyncSubmission.of(new ResolvedRequest(program, Optional.empty(), secrets, failures), program, new Requester(id, tenant));
    }
}
