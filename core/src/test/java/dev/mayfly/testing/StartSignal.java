package dev.mayfly.testing;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import java.util.concurrent.CountDownLatch;

/// Signals when user code runs, and forgets its output.
public record StartSignal(CountDownLatch latch) implements OutputSink {
    @Override
    public void started() {
        latch.countDown();
    }

    @Override
    public void accept(OutputChunk chunk) {}
}
