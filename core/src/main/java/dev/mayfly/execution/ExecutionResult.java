package dev.mayfly.execution;

import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The end of an admitted execution. Output went to the sink; what was written but not shown is in the run's totals.
///
/// @param compilation of a language that compiles
/// @param cases those that have ended, in order; empty where the submission has none
public record ExecutionResult(
        String id, String runtime, Optional<Invocation> invocation, SandboxRun run, Optional<Compilation> compilation, List<CaseRun> cases, Timing timing, SandboxInfo sandbox) {
    public Outcome outcome() {
        return run.outcome();
    }

    /// For who has the program's files apart.
    public ExecutionResult withoutFiles() {
        var bare = new SandboxRun(run.outcome(), run.usage(), run.stdoutBytes(), run.stderrBytes(), run.drain(), List.of(), run.skipped());
        return new ExecutionResult(id, runtime, invocation, bare, compilation, cases, timing, sandbox);
    }

    /// Where the time went: waiting for a sandbox, fitting it to the submission, running, and from the program's end
    /// to the result.
    ///
    /// @param queuePosition its place among those who waited, when it came; 0 when a sandbox was waiting for it
    public record Timing(int queuePosition, Duration queued, Duration lease, Duration run, Duration drain, Duration total) {}

    /// The sandbox that was used.
    ///
    /// @param coldReason why it could not be warm; empty when it was
    public record SandboxInfo(String engine, String containerId, OptionalLong hostUser, String imageDigest, String coldReason, Limits limits) {
        public boolean isWarm() {
            return coldReason.isEmpty();
        }
    }
}
