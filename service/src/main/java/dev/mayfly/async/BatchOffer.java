package dev.mayfly.async;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncBatch;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.Requester;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A batch as it came, with an id of its own; each of its items is accepted or rejected for itself.
///
/// @param functions that its items may name
public record BatchOffer(String id, String tenant, AsyncBatch batch, FunctionLookup functions, Optional<TraceContext> trace) {
    /// Of the programs that come with functions, and not with the request.
    public static final long MOST_FUNCTION_BYTES = 24L << 20;

    public boolean namesFunctions() {
        return items().stream().anyMatch(item -> item.has("function"));
    }

    List<JsonNode> items() {
        return batch.items();
    }

    byte[] fingerprinted() {
        return batch.fingerprinted();
    }

    /// What became of the item at this place: an id, or a reason.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(int index, @Nullable String id, @Nullable Rejection rejected) {}

    record Answer(String batchId, int accepted, List<Item> executions) {}

    Intake.NewBatch checked(Dispatcher dispatcher, EndListener notice, Instant now) throws RejectedException, StoreException {
        List<NewExecution> accepted = new ArrayList<>();
        List<Item> answers = new ArrayList<>();
        long functionBytes = 0;
        for (int index = 0; index < items().size(); index++) {
            try {
                AsyncSubmission request = batch.item(index, new Requester(ExecutionId.next(), tenant, functions)).in(trace);
                if (request.webhook().isPresent()) {
                    notice.check(tenant, request.webhook().get());
                }
                var execution = new NewExecution(request.with(dispatcher.check(request.submission())), Optional.of(id), now);
                long bytes = request.submission().invocation().isPresent() ? execution.body().length : 0;
                if (functionBytes + bytes > MOST_FUNCTION_BYTES) {
                    throw RejectedException.invalid("function", "the functions of one batch must have at most %d MiB together".formatted(MOST_FUNCTION_BYTES >> 20));
                }
                functionBytes += bytes;
                accepted.add(execution);
                answers.add(new Item(index, request.submission().id(), null));
            } catch (RejectedException e) {
                if (e.kind() == RejectedException.Kind.STORE_UNAVAILABLE) {
                    throw e; // not of this item alone, and not for ever
                }
                answers.add(new Item(index, null, Rejection.of(e)));
            }
        }
        try {
            byte[] answer = Json.STRICT.writeValueAsBytes(new Answer(id, accepted.size(), answers));
            return new Intake.NewBatch(id, tenant, accepted, batch.webhook(), trace, answer, now);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
