package dev.mayfly.sandbox;

import java.time.Duration;

/// How an admitted execution ended, with the evidence. A program that fails is still a successful execution.
public sealed interface Outcome {
    /// The program ended by itself with `code`, 0 to 255.
    record Exited(int code) implements Outcome {}

    /// A signal that is not of our sending ended it; `signal` is its number.
    record Signaled(int signal) implements Outcome {}

    /// Still running at a time limit; everything in the sandbox was killed.
    record TimedOut(Clock clock, Duration measured, Duration limit) implements Outcome {}

    /// The kernel killed a process of the sandbox for want of memory, by the control group's own counter.
    record OutOfMemory(long peakBytes, long limitBytes) implements Outcome {}

    /// It wrote more than allowed; what was allowed is all there.
    record OutputLimit(long writtenBytes, long limitBytes) implements Outcome {}

    /// It was not run, since it did not compile.
    ///
    /// @param compiler how the compiler ended
    record CompileFailed(Outcome compiler) implements Outcome {}

    /// Somebody stopped it.
    record Cancelled(By by) implements Outcome {}

    /// Our fault, never the program's.
    ///
    /// @param retryable user code had not started, so that running it again cannot run it twice
    record Failed(String reason, boolean retryable) implements Outcome {}

    enum Clock {
        WALL_TIME,
        CPU_TIME,
        /// At a terminal: nothing was typed and nothing shown for so long.
        IDLE_TIME
    }

    enum By {
        CLIENT,
        DISCONNECT,
        SHUTDOWN
    }
}
