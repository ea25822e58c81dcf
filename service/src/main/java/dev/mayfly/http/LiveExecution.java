package dev.mayfly.http;

import dev.mayfly.execution.Execution;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;
import io.quarkus.websockets.next.CloseReason;

/// An execution at the other end of a WebSocket.
record LiveExecution(Execution execution, LiveSockets.Running running) implements LiveRun {
    @Override
    public String id() {
        return execution.id();
    }

    @Override
    public CloseReason run(LiveProtocol.Sender sender) throws InterruptedException {
        return running.run(execution, sender);
    }

    @Override
    public void signal(int number) throws SandboxException {
        execution.signal(number);
    }

    @Override
    public void resizeTerminal(WindowSize size) throws SandboxException {
        execution.resizeTerminal(size);
    }

    @Override
    public void cancel(Outcome.By by) {
        execution.cancel(by);
    }

    @Override
    public void close() {
        execution.close();
    }
}
