package dev.mayfly.http;

import org.jspecify.annotations.Nullable;

/// Who sends events, to be interrupted when their receiver leaves. Thread-safe.
final class Sending {
    private @Nullable Thread sending;
    private boolean cancelled;

    synchronized void begin() throws InterruptedException {
        if (cancelled) {
            throw new InterruptedException("the client has left");
        }
        sending = Thread.currentThread();
    }

    synchronized void end() {
        sending = null;
    }

    synchronized void cancel() {
        cancelled = true;
        if (sending != null) {
            sending.interrupt();
        }
    }
}
