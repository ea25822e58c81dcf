package dev.mayfly.sandbox;

import java.util.List;
import java.util.Map;

/// One program, ready for a sandbox: every path relative to the work folder, every limit decided.
///
/// @param command starts the program, before its arguments; empty to hand it to the interpreter that waits in the sandbox
/// @param outputs patterns of the files to bring back; `**` stands for any number of folders
public record PreparedProgram(
        String entrypoint,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        List<SourceFile> files,
        List<String> outputs,
        Stdin stdin,
        Limits limits,
        CollectionBudget budget) {
    public PreparedProgram {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        files = List.copyOf(files);
        outputs = List.copyOf(outputs);
    }

    public PreparedProgram withFiles(List<SourceFile> others) {
        return new PreparedProgram(entrypoint, command, args, env, others, outputs, stdin, limits, budget);
    }

    public PreparedProgram withInput(List<String> otherArgs, Stdin other) {
        return new PreparedProgram(entrypoint, command, otherArgs, env, files, outputs, other, limits, budget);
    }

    public PreparedProgram within(Limits otherLimits, CollectionBudget otherBudget) {
        return new PreparedProgram(entrypoint, command, args, env, files, outputs, stdin, otherLimits, otherBudget);
    }

    /// Bounds on the files that come back; what does not fit is listed as skipped, with the reason.
    public record CollectionBudget(int files, long bytes) {}
}
