package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Many asynchronous submissions in one request; each is read when its turn comes, so that a wrong one spoils no other.
///
/// @param fingerprinted equal for documents that say the same
public record AsyncBatch(List<JsonNode> items, Optional<URI> webhook, byte[] fingerprinted) {
    private static final int MAX_ITEMS = 1000;

    public AsyncBatch {
        items = List.copyOf(items);
    }

    public static AsyncBatch read(byte[] json) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        ObjectNode tree = document.tree();
        if (!(tree.get("executions") instanceof ArrayNode items) || items.isEmpty() || items.size() > MAX_ITEMS) {
            throw invalid("executions", "executions must be a list of 1 to %d submissions".formatted(MAX_ITEMS));
        }
        byte[] fingerprinted = sorted(tree);
        document.take("executions");
        Optional<JsonNode> webhook = document.take("webhook");
        if (!tree.isEmpty()) {
            String field = tree.fieldNames().next();
            throw invalid(field, "the field %s is unknown".formatted(field));
        }
        webhook.ifPresent(asked -> tree.set("webhook", asked));
        List<JsonNode> list = new ArrayList<>();
        items.forEach(list::add);
        return new AsyncBatch(list, AsyncSubmission.webhook("webhook.url", document.request().webhook()), fingerprinted);
    }

    public AsyncSubmission item(int index, Requester requester) throws RejectedException {
        if (items.get(index) instanceof ObjectNode tree) {
            return AsyncSubmission.of(new RequestDocument(tree).request(), requester);
        }
        throw invalid("", "a submission must be a JSON object");
    }

    private static byte[] sorted(ObjectNode tree) {
        try {
            return Json.STRICT.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED).writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
