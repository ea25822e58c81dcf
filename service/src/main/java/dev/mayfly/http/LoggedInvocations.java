package dev.mayfly.http;

import dev.mayfly.async.AwaitedInvocation;
import dev.mayfly.async.FunctionLog;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.TeeSink;
import dev.mayfly.store.Eventually;
import jakarta.inject.Singleton;
import java.time.Instant;

/// Hands executions whose callers waited to the log of their function, where they have one. Thread-safe.
@Singleton
public class LoggedInvocations {
    private final Eventually<FunctionLog> log;

    public LoggedInvocations(Eventually<FunctionLog> log) {
        this.log = log;
    }

    void add(Submission submission, Instant acceptedAt, ExecutionResult result, CollectedOutput output) {
        submission.invocation().ifPresent(invocation -> log.ifMade(each ->
                each.add(new AwaitedInvocation(submission.tenant(), invocation, acceptedAt, result, output.stdout(), output.stderr()))));
    }

    /// What a streamed execution keeps in the heap for the log.
    long mostKeptBytes(Submission submission, Execution execution) {
        return submission.invocation().isPresent() ? execution.mostOutputBytes() : 0;
    }

    /// Of one execution whose output goes elsewhere, too.
    Run of(Submission submission) {
        return new Run(this, submission, Instant.now(), new CollectedOutput());
    }

    /// One such execution.
    record Run(LoggedInvocations log, Submission submission, Instant acceptedAt, CollectedOutput output) {
        ExecutionResult run(Execution execution, OutputSink sink) throws InterruptedException {
            if (submission.invocation().isEmpty()) {
                return execution.run(sink);
            }
            ExecutionResult result = execution.run(new TeeSink(sink, output));
            log.add(submission, acceptedAt, result, output);
            return result;
        }
    }
}
