package dev.mayfly.sandbox;

import java.time.Duration;
import java.util.List;

/// What a sandbox reports of its one run.
///
/// @param stdoutBytes how much the program wrote, shown or not
/// @param drain from the program's end to the last byte and file
public record SandboxRun(
        Outcome outcome,
        Usage usage,
        long stdoutBytes,
        long stderrBytes,
        Duration drain,
        List<OutputFile> files,
        List<OutputFile.Skipped> skipped) {
    public SandboxRun {
        files = List.copyOf(files);
        skipped = List.copyOf(skipped);
    }

    /// Of a program that has reported nothing.
    public static SandboxRun ended(Outcome outcome) {
        return new SandboxRun(outcome, Usage.NONE, 0, 0, Duration.ZERO, List.of(), List.of());
    }

    /// Without its files, for this reason.
    public SandboxRun without(OutputFile.Skipped reason) {
        return new SandboxRun(outcome, usage, stdoutBytes, stderrBytes, drain, List.of(), List.of(reason));
    }
}
