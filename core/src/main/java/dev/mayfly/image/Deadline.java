package dev.mayfly.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Closes a body when nothing has arrived for too long. Its reader then gets an exception.
final class Deadline implements AutoCloseable {
    private final InputStream body;
    private final Executor after;
    private CompletableFuture<Void> timer;
    private volatile boolean over;

    Deadline(InputStream body, Duration patience) {
        this.body = body;
        after = CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS);
        timer = start();
    }

    private CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(() -> {
            over = true;
            try {
                body.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, after);
    }

    /// Something came.
    void again() {
        timer.cancel(false);
        timer = start();
    }

    /// Whether it was too late.
    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        timer.cancel(false);
    }
}
