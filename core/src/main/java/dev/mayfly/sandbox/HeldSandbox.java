package dev.mayfly.sandbox;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A sandbox that one caller holds for a while: processes come and go in it until it is closed, or its time is over.
/// Thread-safe.
public interface HeldSandbox {
    /// How long it may be held, and who hears of it.
    ///
    /// @param time until everything in it is killed
    /// @param cpuTime that all its processes may use together
    /// @param interpreter hears of the interpreter that had waited, if one takes the program
    /// @param over hears once why the sandbox is no more: a time limit, memory, or that it broke or was closed
    record Terms(Duration time, Duration cpuTime, ProcessListener interpreter, Consumer<Outcome> over) {}

    /// What hears of one process. Called on the sandbox's own thread, which must not be held up.
    interface ProcessListener {
        /// For a sandbox in which no interpreter waits.
        ProcessListener NOBODY = new ProcessListener() {
            @Override
            public void output(OutputChunk.Stream stream, byte[] bytes) {}

            @Override
            public void ended(Outcome outcome, Usage usage) {}
        };

        void output(OutputChunk.Stream stream, byte[] bytes);

        /// What its driver of cells reports: bytes of a stream of their own.
        default void cells(byte[] bytes) {}

        /// Comes once, after everything else.
        ///
        /// @param usage its own and that of children that it has waited for
        void ended(Outcome outcome, Usage usage);
    }

    /// The interpreter that had waited, with the program; empty where the program has a command, and so was not started.
    Optional<HeldProcess> interpreter();

    /// Starts a process. One that cannot be started, such as for want of processes, ends with code 127 and says why.
    ///
    /// @throws SandboxException the sandbox is no more
    HeldProcess start(ProcessSpec spec, ProcessListener listener) throws SandboxException;

    /// What has been used in it until now; wall time is not counted.
    Usage usage(Duration patience) throws SandboxException, InterruptedException;
}
