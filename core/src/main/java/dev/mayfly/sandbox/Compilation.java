package dev.mayfly.sandbox;

/// How the compile step of an execution ended, with what the compiler wrote.
public record Compilation(SandboxRun run, byte[] stdout, byte[] stderr) {
    public boolean succeeded() {
        return run.outcome().equals(new Outcome.Exited(0));
    }
}
