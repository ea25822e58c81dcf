package dev.mayfly.sandbox;

/// Where a running program's output goes. Called on the execution's own thread; blocking here is back-pressure: the
/// program's pipe fills, and its limits go on counting.
@FunctionalInterface
public interface OutputSink {
    void accept(OutputChunk chunk) throws InterruptedException;

    /// User code is about to run. Comes once, before every chunk.
    default void started() throws InterruptedException {}

    /// The compiler has ended, in a language that has one: after `started`, before every chunk.
    default void compiled(Compilation compilation) throws InterruptedException {}

    /// One of several runs has ended: of such an execution there are no chunks.
    default void ended(CaseRun run) throws InterruptedException {}
}
