package dev.mayfly.http;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;
import io.quarkus.websockets.next.CloseReason;

/// What runs at the other end of a WebSocket. Thread-safe; closed when it is through.
public interface LiveRun extends AutoCloseable {
    String id();

    /// Says what there is to say until it has ended, and returns how the connection ends.
    CloseReason run(LiveProtocol.Sender sender) throws InterruptedException;

    void signal(int number) throws SandboxException;

    void resizeTerminal(WindowSize size) throws SandboxException;

    void cancel(Outcome.By by);

    @Override
    void close();
}
