package dev.mayfly.wire;

import dev.mayfly.execution.Invocation;

/// Which function an execution ran.
///
/// @param trigger `api`, `kafka`, `schedule`, `http` or `failure`
public record InvocationView(String name, int version, String trigger) {
    public static InvocationView of(Invocation invocation) {
        return new InvocationView(invocation.function(), invocation.version(), invocation.trigger().wireName());
    }
}
