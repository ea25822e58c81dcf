package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.async.Accepted;
import dev.mayfly.async.State;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.wire.InvocationView;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stored execution as JSON. What has ended has, beside this, all fields of a result.
///
/// @param attempts how often a replica took it up; more than once where one stopped, failed or could not run it
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExecutionView(
        String id,
        String state,
        @Nullable Map<String, Object> outcome,
        String acceptedAt,
        @Nullable String startedAt,
        @Nullable String finishedAt,
        int attempts,
        @Nullable String batchId,
        Map<String, String> labels,
        @Nullable InvocationView function) {

    static ExecutionView of(StoredExecution execution) {
        return new ExecutionView(
                execution.id(),
                execution.state().wireName(),
                execution.evidence().isEmpty() ? null : execution.evidence(),
                execution.acceptedAt().toString(),
                execution.startedAt().map(Instant::toString).orElse(null),
                execution.finishedAt().map(Instant::toString).orElse(null),
                execution.attempt(),
                execution.batchId().orElse(null),
                execution.labels(),
                execution.invocation().map(InvocationView::of).orElse(null));
    }

    ObjectNode with(ResultView result) {
        ObjectNode all = Json.STRICT.valueToTree(this);
        return all.setAll((ObjectNode) Json.STRICT.valueToTree(result));
    }

    /// What was accepted just now.
    ///
    /// @param queuePosition how many waited then, this one included; tenants take turns, so that it may be sooner. 0:
    ///     it is begun at once
    /// @param estimatedWaitMs until its start, by the last minute's rate; missing where nothing is known
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AcceptedView(String id, String state, long queuePosition, @Nullable Long estimatedWaitMs) {
        static AcceptedView of(Accepted accepted, State now) {
            return new AcceptedView(accepted.id(), now.wireName(), accepted.queuePosition(),
                    accepted.estimatedWait().map(Duration::toMillis).orElse(null));
        }
    }

    /// @param next the `cursor` of the next page; missing at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<ExecutionView> executions, @Nullable String next) {}
}
