package dev.mayfly.http.piston;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;

/// Keeps the output in memory, each stream for itself and both as they were written; the execution's output limit
/// bounds it.
final class CollectedText implements OutputSink {
    /// How often it has each byte.
    static final int COPIES = 2;

    private final StringBuilder stdout = new StringBuilder();
    private final StringBuilder stderr = new StringBuilder();
    private final StringBuilder both = new StringBuilder();
    private final TextOutput text = new TextOutput(this::add);

    private void add(OutputChunk.Stream stream, String piece) {
        (stream == OutputChunk.Stream.STDOUT ? stdout : stderr).append(piece);
        both.append(piece);
    }

    @Override
    public void accept(OutputChunk chunk) throws InterruptedException {
        text.accept(chunk.stream(), chunk.bytes());
    }

    void end() throws InterruptedException {
        text.end();
    }

    String stdout() {
        return stdout.toString();
    }

    String stderr() {
        return stderr.toString();
    }

    String both() {
        return both.toString();
    }
}
