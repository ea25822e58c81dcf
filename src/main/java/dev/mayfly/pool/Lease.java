package dev.mayfly.pool;

import dev.mayfly.sandbox.Sandbox;

/// One box and one place of the pool's capacity, released together. `close` returns at once; the box is destroyed behind it.
///
/// @param warm the box waited before the caller came
public record Lease(Sandbox sandbox, boolean warm, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
        release.run();
    }
}
