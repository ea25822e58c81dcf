package dev.mayfly.execution;

import dev.mayfly.sandbox.Outcome;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries the word that a program is to end to the thread that works for it, in whatever phase it is: waiting for a
/// sandbox, or running. Thread-safe.
public final class Cancellation {
    private @Nullable Thread admitting;
    private @Nullable Consumer<Outcome.By> ending;
    private Outcome.@Nullable By by;

    /// For the work of this thread.
    public Cancellation() {
        this(Thread.currentThread());
    }

    /// For the work of a thread that may still have to start.
    public Cancellation(Thread worker) {
        admitting = worker;
    }

    /// To be called by the working thread, once it has its execution.
    public void admitted(Execution admitted) {
        endsBy(admitted::cancel);
    }

    /// To be called by the working thread, once something else than its interruption ends the work.
    public synchronized void endsBy(Consumer<Outcome.By> cancel) {
        admitting = null;
        ending = cancel;
        if (by != null) {
            cancel.accept(by);
        }
    }

    /// The thread goes on to something else; what ends the work, if there is something, still hears of it.
    public synchronized void handedOver() {
        admitting = null;
        Thread.interrupted();
    }

    /// This thread goes on with what was handed over. Throws `InterruptedException` where it is cancelled already.
    public synchronized void takenOver() throws InterruptedException {
        if (by != null) {
            throw new InterruptedException("cancelled before it began");
        }
        admitting = Thread.currentThread();
    }

    /// The work is done.
    public synchronized void over() {
        handedOver();
        ending = null;
    }

    /// The first reason counts.
    public synchronized void cancel(Outcome.By reason) {
        if (by != null) {
            return;
        }
        by = reason;
        if (ending != null) {
            ending.accept(reason);
        } else if (admitting != null) {
            admitting.interrupt();
        }
    }

    public synchronized Optional<Outcome.By> by() {
        return Optional.ofNullable(by);
    }
}
