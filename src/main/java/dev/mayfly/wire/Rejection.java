package dev.mayfly.wire;

/// Why a submission was not admitted, where there is no status line to tell it.
///
/// @param problem the last part of the problem's type: `unknown-runtime`
public record Rejection(String problem, String detail) {}
