package dev.mayfly.async;

import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Invocation;
import java.time.Instant;

/// The end of a function's execution whose caller has waited for it, for the function's log.
///
/// @param acceptedAt when it was admitted
public record AwaitedInvocation(String tenant, Invocation invocation, Instant acceptedAt, ExecutionResult result, byte[] stdout, byte[] stderr) {
    /// About what it takes until it is written.
    long bytes() {
        return stdout.length + stderr.length + result.run().files().stream().mapToLong(file -> file.content().length).sum();
    }
}
