package dev.mayfly.execution;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import java.io.ByteArrayOutputStream;

/// Keeps the output in memory; the execution's output limit bounds it.
public final class CollectedOutput implements OutputSink {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    @Override
    public void accept(OutputChunk chunk) {
        (chunk.stream() == OutputChunk.Stream.STDOUT ? stdout : stderr).writeBytes(chunk.bytes());
    }

    public byte[] stdout() {
        return stdout.toByteArray();
    }

    public byte[] stderr() {
        return stderr.toByteArray();
    }
}
