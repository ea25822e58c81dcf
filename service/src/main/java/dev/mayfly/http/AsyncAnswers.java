package dev.mayfly.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.async.Accepted;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.State;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.ResultView;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// Answers for submissions that are kept. Thread-safe.
@Singleton
public class AsyncAnswers {
    static final String PATH = "/v1/executions/";
    static final String REPLAYED = "Idempotent-Replayed";
    private static final int ASK_AGAIN_SECONDS = 1;

    private final Eventually<AsyncExecutions> executions;
    private final HeapBudget heap;

    public AsyncAnswers(Eventually<AsyncExecutions> executions, HeapBudget heap) {
        this.executions = executions;
        this.heap = heap;
    }

    AsyncExecutions executions() throws StoreException, InterruptedException {
        return executions.get();
    }

    /// The result when it comes within the patience, else where it will be.
    RestResponse<?> answer(AsyncSubmission request, RequestPreferences preferences, HeapBudget.Hold hold) throws RejectedException, StoreException, InterruptedException {
        String tenant = request.submission().tenant();
        Accepted accepted = executions().accept(request, preferences.key());
        hold.close(); // it is on the disk
        if (!accepted.replayed() && preferences.patience().isZero()) {
            return unfinished(accepted, accepted.state(), preferences).header(HttpHeaders.LOCATION, PATH + accepted.id()).build();
        }
        StoredExecution now = executions().awaitEnd(tenant, accepted.id(), preferences.patience()).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_EXECUTION));
        ResponseBuilder<?> answer = now.state() == State.FINISHED
                ? ResponseBuilder.ok(whole(now))
                : unfinished(accepted, now.state(), preferences);
        if (accepted.replayed()) {
            answer.header(REPLAYED, true);
        }
        return answer.header(HttpHeaders.LOCATION, PATH + accepted.id()).build();
    }

    /// One that has ended, with its result.
    ObjectNode whole(StoredExecution ended) throws RejectedException, StoreException, InterruptedException {
        try (var hold = heap.hold()) {
            return ExecutionView.of(ended).with(result(ended.tenant(), ended.id(), hold));
        }
    }

    private static ResponseBuilder<?> unfinished(Accepted accepted, State now, RequestPreferences preferences) {
        var answer = ResponseBuilder.create(RestResponse.Status.ACCEPTED, ExecutionView.AcceptedView.of(accepted, now)).header(HttpHeaders.RETRY_AFTER, ASK_AGAIN_SECONDS);
        return preferences.async() ? answer.header(RequestPreferences.APPLIED, RequestPreferences.RESPOND_ASYNC) : answer;
    }

    /// With its output, for which room is reserved in the heap.
    private ResultView result(String tenant, String id, HeapBudget.Hold hold) throws RejectedException, StoreException, InterruptedException {
        hold.add(executions().storedBytes(id));
        return executions().result(tenant, id).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_EXECUTION));
    }

    EventSource stream(AsyncSubmission request, RequestPreferences preferences, HeapBudget.Hold hold) throws RejectedException, StoreException, InterruptedException {
        Accepted accepted = executions().accept(request, preferences.key());
        hold.close(); // it is on the disk
        return new EventSource.Stored(accepted.id(), executions().events(request.submission().tenant(), accepted.id(), -1));
    }

    Optional<StoredExecution> find(String tenant, String id) throws StoreException, InterruptedException {
        return executions().find(tenant, id);
    }
}
