package dev.mayfly.execution;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// Calls back once when for so long nothing was typed at a terminal and nothing shown. From its making until it is
/// closed. Thread-safe.
final class IdleWatch implements AutoCloseable {
    private final Duration most;
    private final Thread watcher;
    private volatile long lastNanos = System.nanoTime();

    IdleWatch(Duration most, Runnable idle) {
        this.most = most;
        watcher = Thread.ofVirtual().name("idle").start(() -> watch(idle));
    }

    private void watch(Runnable idle) {
        try {
            for (Duration left = most; left.isPositive(); left = most.minusNanos(System.nanoTime() - lastNanos)) {
                Thread.sleep(left);
            }
            idle.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is over
        }
    }

    private void heard() {
        lastNanos = System.nanoTime();
    }

    OutputSink of(OutputSink sink) {
        return new OutputSink() {
            @Override
            public void started() throws InterruptedException {
                heard();
                sink.started();
            }

            @Override
            public void accept(OutputChunk chunk) throws InterruptedException {
                heard();
                sink.accept(chunk);
            }
        };
    }

    InputStream of(InputStream input) {
        return new FilterInputStream(input) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                heard();
                return count;
            }
        };
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
