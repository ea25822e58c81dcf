package dev.mayfly.sandbox;

/// How the compile step of an execution ended, with what the compiler wrote.
public record Compilation(SandboxRun run, byte[] stdout, byte[] stderr) {
    /// Whether there is a program, and all of it.
    public boolean succeeded() {
        return run.outcome().equals(new Outcome.Exited(0)) && run.skipped().isEmpty();
    }
}
