package dev.mayfly.pool;

import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The boxes of one spec and those who wait for them. Guarded by the pool's lock.
final class Shelf {
    /// Failures in a row after which callers are told instead of kept waiting.
    static final int BROKEN_AFTER = 3;

    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final int MAX_DOUBLINGS = 6;

    record Ready(Sandbox sandbox, long expiresAt) {}

    record Waiter(CompletableFuture<Sandbox> box, long since) {}

    final SandboxSpec spec;
    final DemandEstimate demand;
    final Deque<Ready> ready = new ArrayDeque<>();
    final Deque<Waiter> waiters = new ArrayDeque<>();
    WarmTarget target;
    int creating;
    private int failures;
    private long pausedUntil;
    private String lastFailure = "";

    Shelf(SandboxSpec spec, WarmTarget target, long now) {
        this.spec = spec;
        this.target = target;
        this.demand = new DemandEstimate(now);
        this.pausedUntil = now;
    }

    /// How many more boxes should be in the making.
    int shortage(long now) {
        if (now - pausedUntil < 0) {
            return 0;
        }
        return Math.max(waiters.size() - creating, demand.boxes(target, now) + waiters.size() - ready.size() - creating);
    }

    boolean isUnused() {
        return target.max() == 0 && ready.isEmpty() && waiters.isEmpty() && creating == 0;
    }

    void succeeded() {
        failures = 0;
    }

    void failed(String reason, long now) {
        failures++;
        lastFailure = reason;
        pausedUntil = now + (FIRST_PAUSE_NANOS << Math.min(failures - 1, MAX_DOUBLINGS));
    }

    void forgetFailures(long now) {
        failures = 0;
        pausedUntil = now;
    }

    Optional<String> brokenBecause() {
        return failures >= BROKEN_AFTER ? Optional.of(lastFailure) : Optional.empty();
    }
}
