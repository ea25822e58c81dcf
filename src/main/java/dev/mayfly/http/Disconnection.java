package dev.mayfly.http;

import dev.mayfly.execution.Execution;
import dev.mayfly.sandbox.Outcome;
import org.jspecify.annotations.Nullable;

/// Carries the news that the client has left to the thread that works for it, in whatever phase it is. Thread-safe.
final class Disconnection {
    private @Nullable Thread admitting = Thread.currentThread();
    private @Nullable Execution execution;
    private boolean gone;

    /// To be called by the thread that made this object, once it has its execution.
    synchronized void admitted(Execution admitted) {
        admitting = null;
        execution = admitted;
        if (gone) {
            admitted.cancel(Outcome.By.DISCONNECT);
        }
    }

    /// The thread goes on to something else; the execution, if there is one, still hears of the client.
    synchronized void handedOver() {
        admitting = null;
        Thread.interrupted();
    }

    /// The work is done.
    synchronized void over() {
        handedOver();
        execution = null;
    }

    synchronized void clientIsGone() {
        gone = true;
        if (execution != null) {
            execution.cancel(Outcome.By.DISCONNECT);
        } else if (admitting != null) {
            admitting.interrupt();
        }
    }
}
