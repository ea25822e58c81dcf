package dev.mayfly.sandbox;

import java.util.Optional;

/// How one case of an execution ended, with what it wrote.
///
/// @param number from 1
/// @param limits as they were applied: cases share some
/// @param matched whether it wrote what its submission expects, where that says so
public record CaseRun(int number, SandboxRun run, byte[] stdout, byte[] stderr, Limits limits, Optional<Boolean> matched) {}
