package dev.mayfly.sandbox;

import java.util.OptionalLong;

/// One fresh sandbox: `run` or `hold` at most once, `close` destroys. Thread-safe only where a method says so.
public interface Sandbox extends AutoCloseable {
    SandboxSpec spec();

    /// The engine's name for the sandbox.
    String id();

    /// The host's number of the user that the program runs as; empty where the engine does not say, or its kernel is
    /// not the host's.
    OptionalLong hostUser();

    /// Whether the sandbox still waits for its program; cheap, no engine call. Not for a sandbox that runs.
    boolean isAlive();

    /// Brings a warm sandbox from its spec's limits to others. Throws `SandboxException` when the engine cannot.
    void resize(Limits limits) throws SandboxException, InterruptedException;

    /// Runs the program to its end and blocks meanwhile. Interruption ends it at once; the sandbox is then fit only
    /// for `close`.
    ///
    /// @throws SandboxException the sandbox broke, and `userCodeStarted` says whether the program may be run elsewhere
    /// @throws IllegalStateException at the second call
    SandboxRun run(PreparedProgram program, OutputSink sink) throws SandboxException, InterruptedException;

    /// Holds the sandbox from now on, in place of running one program: the interpreter that waits, if the program has
    /// no command, is given the program, and other processes come and go. It is over at the latest when it is closed.
    ///
    /// @throws SandboxException the sandbox broke; nothing of the user's ran
    /// @throws IllegalStateException it has been used before
    HeldSandbox hold(PreparedProgram program, HeldSandbox.Terms terms) throws SandboxException;

    /// Sends a signal (1 to 31) to the program's process group; nothing happens before its start and after its end.
    /// Thread-safe.
    void signal(int number) throws SandboxException;

    /// Gives the program's terminal another size, of which it hears; nothing happens before its start and after its
    /// end. Thread-safe.
    void resizeTerminal(WindowSize size) throws SandboxException;

    /// Destroys the sandbox and everything in it, and returns when it is gone or the engine's deadline has passed.
    /// Idempotent and thread-safe; a run in progress fails.
    @Override
    void close();
}
