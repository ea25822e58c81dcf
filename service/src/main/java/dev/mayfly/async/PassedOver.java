package dev.mayfly.async;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Whose turn this replica passes over for a while. Thread-safe.
final class PassedOver {
    private static final Duration LEFT_TO_OTHERS = Duration.ofSeconds(30);
    private static final int MOST_LEFT_TO_OTHERS = 100;

    /// Tenants that run as many as they may, until when, in nanoseconds of the system's timer.
    private final Map<String, Long> tenants = new ConcurrentHashMap<>();
    /// Executions that cannot be run here, though their rows do not say why, until when they are left to others, in
    /// nanoseconds of the system's timer.
    private final Map<String, Long> executions = new ConcurrentHashMap<>();
    /// Tenants whose results the store has no room for.
    private volatile Set<String> heldBack = Set.of();

    SkippedExecutions now() {
        return new SkippedExecutions(tenants(), stillIn(executions));
    }

    Set<String> tenants() {
        Set<String> all = new HashSet<>(stillIn(tenants));
        all.addAll(heldBack);
        return all;
    }

    /// A tenant that runs as many as it may.
    void add(String tenant, Duration pause) {
        tenants.put(tenant, System.nanoTime() + pause.toNanos());
    }

    /// The only ones whose results the store has no room for.
    void holdBack(Set<String> without) {
        heldBack = without;
    }

    /// From when the others may claim it: now, but where this replica cannot remember it.
    Instant leaveToOthers(String execution) {
        if (executions.size() >= MOST_LEFT_TO_OTHERS) {
            return Instant.now().plus(LEFT_TO_OTHERS);
        }
        executions.put(execution, System.nanoTime() + LEFT_TO_OTHERS.toNanos());
        return Instant.EPOCH;
    }

    private static Set<String> stillIn(Map<String, Long> untils) {
        long now = System.nanoTime();
        untils.values().removeIf(until -> until - now < 0);
        return Collections.unmodifiableSet(untils.keySet());
    }
}
