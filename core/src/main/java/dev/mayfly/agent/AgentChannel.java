package dev.mayfly.agent;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The two byte streams between us and PID 1 of a sandbox. One reader and one writer at a time.
public interface AgentChannel extends AutoCloseable {
    /// Blocks for at least one byte of the agent's stdout; -1 at its end. Interruptible.
    int read(ByteBuffer into) throws IOException;

    /// Writes everything to the agent's stdin.
    void write(ByteBuffer from) throws IOException;

    /// Whether the other side is still there; does not block.
    boolean isOpen();

    @Override
    void close();
}
