package dev.mayfly.http;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;

/// A program at the other end of a WebSocket, and what messages can do to it. Thread-safe.
///
/// @param submission keeps its place as long as its program is in the heap
public record LiveProgram(LiveRun run, LiveInput input, MessageRoom.Message submission) {
    public void signal(int number) {
        try {
            run.signal(number);
        } catch (SandboxException e) {
            run.cancel(Outcome.By.CLIENT);
        }
    }

    void resize(WindowSize size) {
        try {
            run.resizeTerminal(size);
        } catch (SandboxException e) {
            run.cancel(Outcome.By.CLIENT);
        }
    }

    void leave() {
        input.discard();
        run.cancel(Outcome.By.DISCONNECT);
    }
}
