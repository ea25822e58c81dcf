package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.store.StoreException;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionReader;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/// Answers to submissions, in each way in which a caller may want one: the result, its events, or its id. Thread-safe.
@Singleton
public class SubmissionAnswers {
    private static final byte[] NOTHING_SAID = "{}".getBytes(UTF_8);

    private final Dispatcher dispatcher;
    private final DoorSettings settings;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final AwaitedRuns awaited;
    private final AsyncAnswers async;
    private final FunctionLookup functions;
    private final LoggedInvocations logged;
    private final Traces traces;

    public SubmissionAnswers(
            Dispatcher dispatcher, DoorSettings settings, Caller caller, Bodies bodies, HeapBudget heap, AwaitedRuns awaited, AsyncAnswers async, FunctionLookup functions, LoggedInvocations logged, Traces traces) {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
        this.awaited = awaited;
        this.async = async;
        this.functions = functions;
        this.logged = logged;
        this.traces = traces;
    }

    /// @param invoked the function that the request's address names; its body may then be missing
    RestResponse<?> answer(InputStream body, RoutingContext exchange, HttpHeaders headers, Optional<FunctionReference> invoked)
            throws RejectedException, StoreException, InterruptedException {
        var cancellation = AwaitedRuns.cancelledWith(exchange);
        RequestPreferences preferences = RequestPreferences.of(headers);
        try (var hold = heap.hold()) {
            byte[] json = json(body, exchange, hold, invoked);
            return preferences.isAsync()
                    ? async.answer(stored(json, headers, invoked, hold), preferences, hold)
                    : RestResponse.ok(runAwaited(read(json, headers, invoked, hold), cancellation, hold));
        } finally {
            cancellation.over();
        }
    }

    private byte[] json(InputStream body, RoutingContext exchange, HeapBudget.Hold hold, Optional<FunctionReference> invoked) throws RejectedException, InterruptedException {
        byte[] json = bodies.read(body, exchange, hold);
        return json.length == 0 && invoked.isPresent() ? NOTHING_SAID : json;
    }

    private ResultView runAwaited(Submission submission, Cancellation cancellation, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        var output = new CollectedOutput();
        Instant acceptedAt = Instant.now();
        ExecutionResult result = awaited.run(submission, cancellation, hold, output, 1);
        logged.add(submission, acceptedAt, result, output);
        return ResultView.of(result).withOutput(output.stdout(), output.stderr());
    }

    /// @param invoked the function that the request's address names; its body may then be missing
    Multi<OutboundSseEvent> stream(InputStream body, Sse sse, RoutingContext exchange, HttpHeaders headers, Optional<FunctionReference> invoked)
            throws RejectedException, StoreException, InterruptedException {
        var cancellation = AwaitedRuns.cancelledWith(exchange);
        RequestPreferences preferences = RequestPreferences.of(headers);
        var hold = heap.hold();
        boolean handedOver = false;
        try {
            byte[] json = json(body, exchange, hold, invoked);
            EventSource source = preferences.isAsync()
                    ? async.stream(stored(json, headers, invoked, hold), preferences, hold)
                    : live(read(json, headers, invoked, hold), cancellation, hold);
            Multi<OutboundSseEvent> events = EventStream.of(source, sse, settings, exchange);
            exchange.addEndHandler(answered -> hold.close());
            handedOver = true;
            return events;
        } finally {
            if (!handedOver) {
                hold.close();
            }
            cancellation.handedOver();
        }
    }

    private EventSource live(Submission submission, Cancellation cancellation, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        LoggedInvocations.Run run = logged.of(submission);
        Execution execution = dispatcher.admit(submission, settings.patience());
        boolean handedOver = false;
        try {
            cancellation.admitted(execution);
            hold.add(execution.mostKeptBytes() + logged.mostKeptBytes(submission, execution));
            handedOver = true;
            return new EventSource.Live(execution, run);
        } finally {
            if (!handedOver) {
                execution.close();
            }
        }
    }

    private Submission read(byte[] json, HttpHeaders headers, Optional<FunctionReference> invoked, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        Submission submission = SubmissionReader.read(json, requester(invoked)).in(traces.current(headers::getHeaderString));
        holdFunction(submission, hold);
        return submission;
    }

    private AsyncSubmission stored(byte[] json, HttpHeaders headers, Optional<FunctionReference> invoked, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        AsyncSubmission request = AsyncSubmission.read(json, requester(invoked)).in(traces.current(headers::getHeaderString));
        holdFunction(request.submission(), hold);
        return request;
    }

    /// A small request may bring a large program, which did not come with its body.
    private static void holdFunction(Submission submission, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        if (submission.invocation().isPresent()) {
            hold.add(submission.program().sourceBytes());
        }
    }

    private Requester requester(Optional<FunctionReference> invoked) {
        var requester = new Requester(ExecutionId.next(), caller.tenant(), functions);
        return invoked.map(requester::invoking).orElse(requester);
    }
}
