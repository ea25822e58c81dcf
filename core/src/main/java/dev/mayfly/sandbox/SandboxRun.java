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
}
