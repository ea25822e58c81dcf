package dev.mayfly.pool;

import dev.mayfly.pool.NoSandboxException.Reason;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/// Whether the engine answers. While it does not, callers are refused and nothing is made. Guarded by the pool's lock,
/// except where it asks.
final class EngineWatch {
    private static final System.Logger LOG = System.getLogger(EngineWatch.class.getName());
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PoolState state;
    private final SandboxEngine engine;
    private boolean down;
    private boolean asking;
    private long askedAt;

    EngineWatch(PoolState state, SandboxEngine engine) {
        this.state = state;
        this.engine = engine;
        this.askedAt = state.now();
    }

    boolean isDown() {
        return down;
    }

    static NoSandboxException refusal() {
        return new NoSandboxException(Reason.ENGINE_DOWN, "the container engine does not answer");
    }

    void wentAway() {
        if (!down) {
            down = true;
            LOG.log(Level.ERROR, "the container engine does not answer; new executions are refused until it does");
        }
        state.shelves.values().forEach(shelf -> shelf.turnAway(refusal()));
    }

    /// An engine that hangs fails no call for long, and its sandboxes look alive: it is asked from time to time.
    void watch() {
        if (asking || down || state.now() - askedAt < INTERVAL_NANOS) {
            return;
        }
        asking = true;
        Thread.ofVirtual().name("watch-engine").start(() -> {
            boolean answers = answers();
            state.locked(() -> {
                asking = false;
                askedAt = state.now();
                if (!answers && !state.closed) {
                    wentAway();
                }
            });
        });
    }

    /// Asks an engine that is down whether it is back. Without the lock.
    void probe() {
        if (answers()) {
            state.locked(() -> {
                down = false;
                state.shelves.values().forEach(shelf -> shelf.forgetFailures(state.now()));
                LOG.log(Level.INFO, "the container engine answers again");
            });
        }
    }

    /// Without the lock.
    boolean answers() {
        try {
            engine.ping();
            return true;
        } catch (SandboxException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
