package dev.mayfly.http;

import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputSink;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.InputStream;

/// Runs submissions while their clients wait: one that leaves ends its program. Thread-safe.
@Singleton
public class AwaitedRuns {
    private final Dispatcher dispatcher;
    private final DoorSettings settings;
    private final Bodies bodies;
    private final HeapBudget heap;

    public AwaitedRuns(Dispatcher dispatcher, DoorSettings settings, Bodies bodies, HeapBudget heap) {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.bodies = bodies;
        this.heap = heap;
    }

    /// What a door makes of a request's body.
    @FunctionalInterface
    public interface Reading {
        Submission of(byte[] json) throws RejectedException;
    }

    /// Reads the body and runs what it asks for, to the end.
    ///
    /// @param copies of the output that the answer has
    public ExecutionResult run(InputStream body, RoutingContext exchange, Reading reading, OutputSink output, int copies) throws RejectedException, InterruptedException {
        var cancellation = cancelledWith(exchange);
        try (var hold = heap.hold()) {
            return run(reading.of(bodies.read(body, exchange, hold)), cancellation, hold, output, copies);
        } finally {
            cancellation.over();
        }
    }

    /// Runs it to the end.
    ///
    /// @param hold to which the room for the answer is added
    public ExecutionResult run(Submission submission, Cancellation cancellation, HeapBudget.Hold hold, OutputSink output, int copies) throws RejectedException, InterruptedException {
        return run(dispatcher.admit(submission, settings.patience()), cancellation, hold, output, copies);
    }

    /// Looks for errors of syntax, as `Dispatcher.admitCheck` does.
    ExecutionResult check(Submission submission, Cancellation cancellation, HeapBudget.Hold hold, OutputSink output) throws RejectedException, InterruptedException {
        return run(dispatcher.admitCheck(submission, settings.patience()), cancellation, hold, output, 1);
    }

    private static ExecutionResult run(Execution admitted, Cancellation cancellation, HeapBudget.Hold hold, OutputSink output, int copies) throws RejectedException, InterruptedException {
        try (Execution execution = admitted) {
            cancellation.admitted(execution);
            hold.add(copies * (execution.mostOutputBytes() + execution.mostKeptBytes()));
            return execution.run(output);
        }
    }

    /// For the work of this thread, which ends when the client leaves.
    public static Cancellation cancelledWith(RoutingContext exchange) {
        var cancellation = new Cancellation();
        exchange.response().closeHandler(closed -> cancellation.cancel(Outcome.By.DISCONNECT));
        return cancellation;
    }
}
