package dev.mayfly.sandbox;

/// A process in a sandbox that is held. Where it has ended, nothing happens. Thread-safe.
public interface HeldProcess {
    /// Writes to its standard input. Blocks while the process does not read.
    void write(byte[] bytes) throws SandboxException, InterruptedException;

    /// Writes to its standard input without waiting for the process: all of it or, where it does not fit now, nothing. Returns
    /// whether it fitted.
    boolean offer(byte[] bytes) throws SandboxException;

    /// Nothing more comes to its standard input. At a terminal this is typed, as Ctrl-D.
    void endInput() throws SandboxException;

    /// Writes to its driver of cells.
    void writeCells(byte[] bytes) throws SandboxException, InterruptedException;

    /// @param number 1 to 31, to the whole process group
    void signal(int number) throws SandboxException;

    void resizeTerminal(WindowSize size) throws SandboxException;
}
