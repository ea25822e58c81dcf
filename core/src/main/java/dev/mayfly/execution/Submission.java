package dev.mayfly.execution;

import dev.mayfly.pool.Borrower;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.LimitAxis;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One request to run a program.
///
/// @param lane who waits at the other end
/// @param runtime `python`, `python:3.13` or an alias; may be empty when the entry point's ending decides it
/// @param limits what differs from the runtime's defaults
/// @param trace its sender's
/// @param invocation where it is a function's
/// @param secrets names of those that its program gets as variables
public record Submission(
        String id, String tenant, Lane lane, Optional<String> runtime, Program program, Map<LimitAxis, Long> limits, Optional<TraceContext> trace,
        Optional<Invocation> invocation, Set<String> secrets) {
    public static final String DEFAULT_TENANT = "default";

    public Submission {
        limits = Map.copyOf(limits);
        secrets = Set.copyOf(secrets);
    }

    /// One that belongs to no trace and no function.
    public Submission(String id, String tenant, Lane lane, Optional<String> runtime, Program program, Map<LimitAxis, Long> limits) {
        this(id, tenant, lane, runtime, program, limits, Optional.empty(), Optional.empty(), Set.of());
    }

    /// One whose sender waits for its result.
    public static Submission awaited(String id, String tenant, String runtime, Program program, Map<LimitAxis, Long> limits) {
        return new Submission(id, tenant, Lane.INTERACTIVE, Optional.of(runtime), program, limits);
    }

    public Submission in(Optional<TraceContext> itsTrace) {
        return new Submission(id, tenant, lane, runtime, program, limits, itsTrace, invocation, secrets);
    }

    public Submission as(Optional<Invocation> itsInvocation) {
        return new Submission(id, tenant, lane, runtime, program, limits, trace, itsInvocation, secrets);
    }

    Borrower borrower() {
        return new Borrower(lane, tenant, invocation.map(Invocation::function).orElse(""));
    }

    Submission withRuntime(String name) {
        return new Submission(id, tenant, lane, Optional.of(name), program, limits, trace, invocation, secrets);
    }

    /// With variables beside its program's own, in the place of those of the same name.
    Submission withVariables(Map<String, String> variables) {
        return new Submission(id, tenant, lane, runtime, program.withVariables(variables), limits, trace, invocation, secrets);
    }
}
