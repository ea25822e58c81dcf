package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import java.util.Optional;

/// A function as its owner describes it: a submission that is stored, and what it is for.
public record FunctionDefinition(Optional<String> description, SubmissionRequest program) {
    private static final String DESCRIPTION = "description";
    private static final int MAX_DESCRIPTION_LENGTH = 1000;

    /// @param json a whole document
    public static FunctionDefinition read(byte[] json) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        Optional<JsonNode> description = document.take(DESCRIPTION);
        if (description.isPresent() && !isDescription(description.get())) {
            throw invalid(DESCRIPTION, "description must be text of at most %d characters".formatted(MAX_DESCRIPTION_LENGTH));
        }
        SubmissionRequest program = document.request();
        if (program.function() != null) {
            throw invalid("function", "a function cannot name another function in place of its code");
        }
        if (program.input() != null) {
            throw invalid("input", "input comes with each invocation; a function's own standard input is stdin");
        }
        return new FunctionDefinition(description.map(JsonNode::textValue), program);
    }

    private static boolean isDescription(JsonNode text) {
        return text.isTextual() && text.textValue().length() <= MAX_DESCRIPTION_LENGTH && Storable.isText(text.textValue());
    }

    /// As it was sent.
    public ObjectNode json() {
        ObjectNode json = Json.STRICT.createObjectNode();
        description.ifPresent(text -> json.put(DESCRIPTION, text));
        return json.setAll((ObjectNode) Json.STRICT.valueToTree(program));
    }

    /// As one submission of it, without anything that an invocation adds.
    public AsyncSubmission submission(String id, String tenant) throws RejectedException {
        return AsyncSubmission.of(program, new Requester(id, tenant));
    }
}
