package dev.mayfly.wire;

import dev.mayfly.execution.RejectedException;

/// Why a submission was not admitted, for doors that have no HTTP status.
///
/// @param problem the last part of the problem's type: `unknown-runtime`
public record Rejection(String problem, String detail) {
    public static Rejection of(RejectedException rejection) {
        return new Rejection(rejection.kind().wireName(), rejection.detail());
    }
}
