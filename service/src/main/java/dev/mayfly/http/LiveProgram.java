package dev.mayfly.http;

import dev.mayfly.execution.Execution;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;

/// A program at the other end of a WebSocket, and what messages can do to it. Thread-safe.
///
/// @param submission keeps its place as long as its program is in the heap
public record LiveProgram(Execution execution, LiveInput input, MessageRoom.Message submission) {
    public void signal(int number) {
        try {
            execution.signal(number);
        } catch (SandboxException e) {
            execution.cancel(Outcome.By.CLIENT);
        }
    }

    void resize(WindowSize size) {
        try {
            execution.resizeTerminal(size);
        } catch (SandboxException e) {
            execution.cancel(Outcome.By.CLIENT);
        }
    }

    void leave() {
        input.discard();
        execution.cancel(Outcome.By.DISCONNECT);
    }
}
