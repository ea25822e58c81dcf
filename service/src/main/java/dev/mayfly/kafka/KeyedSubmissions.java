package dev.mayfly.kafka;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.State;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.KeyHeader;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.util.Optional;

/// A record with an idempotency key is the execution of that key, through whichever door it came first: it is stored,
/// and its result is published through both.
final class KeyedSubmissions {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Eventually<AsyncExecutions> executions;
    private final FunctionLookup functions;

    KeyedSubmissions(Eventually<AsyncExecutions> executions, FunctionLookup functions) {
        this.executions = executions;
        this.functions = functions;
    }

    /// Blocks until it has ended, and gives its result under the record's own id. Interruption leaves the execution as
    /// it is.
    ResultView run(Submitted submitted, String id) throws RejectedException, StoreException, InterruptedException {
        AsyncSubmission request = AsyncSubmission.readBulk(submitted.value(), ExecutionId.next(), functions).in(submitted.trace());
        Optional<String> key = KeyHeader.parse(submitted.idempotencyKey().orElse(null));
        String tenant = request.submission().tenant();
        while (!submitted.progress().isLost()) {
            // again, should its retention have ended meanwhile
            String execution = executions.get().accept(request, key).id();
            Optional<StoredExecution> now = executions.get().awaitEnd(tenant, execution, LOOK_AGAIN);
            if (now.filter(ended -> ended.state() == State.FINISHED).isPresent()) {
                Optional<ResultView> result = executions.get().result(tenant, execution);
                if (result.isPresent()) {
                    return result.get().withId(id);
                }
            }
        }
        throw new InterruptedException("the partition is another worker's");
    }
}
