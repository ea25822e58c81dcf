package dev.mayfly.async;

import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Invocation;
import dev.mayfly.sandbox.SandboxRun;
import java.time.Instant;

/// The end of a function's execution whose caller has waited for it, for the function's log.
///
/// @param acceptedAt when it was admitted
public record AwaitedInvocation(String tenant, Invocation invocation, Instant acceptedAt, ExecutionResult result, byte[] stdout, byte[] stderr) {
    /// About what it takes until it is written.
    long bytes() {
        long compiler = result.compilation().map(step -> bytes(step.run(), step.stdout(), step.stderr())).orElse(0L);
        return bytes(result.run(), stdout, stderr) + compiler + result.cases().stream().mapToLong(each -> bytes(each.run(), each.stdout(), each.stderr())).sum();
    }

    private static long bytes(SandboxRun run, byte[] out, byte[] err) {
        return out.length + err.length + run.files().stream().mapToLong(file -> file.content().length).sum();
    }
}
