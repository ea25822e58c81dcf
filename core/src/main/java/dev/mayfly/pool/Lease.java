package dev.mayfly.pool;

import dev.mayfly.sandbox.Sandbox;

/// One sandbox and one place of the pool's capacity, released together. `close` returns at once; the sandbox is
/// destroyed behind it.
///
/// @param queuePosition the caller's place among those who waited for such a sandbox, when it came; 0 when a sandbox
///     was waiting for it
public record Lease(Sandbox sandbox, int queuePosition, Runnable release) implements AutoCloseable {
    public boolean warm() {
        return queuePosition == 0;
    }

    @Override
    public void close() {
        release.run();
    }
}
