package dev.mayfly.execution;

import java.time.Duration;
import java.util.Optional;

/// What one tenant may use. What is empty is bounded by the pool and its queue alone.
///
/// @param ratePerSecond executions a second, at least 0.01; as many as come in one second, and at least one, may come
///     at the same time
/// @param concurrency executions that wait or run at the same time, at least 1
/// @param cpuPerDay CPU time of all processes from midnight to midnight UTC, at least a second; an execution that has
///     begun is not stopped by it
public record Quota(Optional<Double> ratePerSecond, Optional<Integer> concurrency, Optional<Duration> cpuPerDay) {
    private static final double LEAST_RATE = 0.01;

    public static final Quota NONE = new Quota(Optional.empty(), Optional.empty(), Optional.empty());

    public Quota {
        if (ratePerSecond.orElse(1.0) < LEAST_RATE || concurrency.orElse(1) < 1 || cpuPerDay.orElse(Duration.ofSeconds(1)).toSeconds() < 1) {
            throw new IllegalArgumentException("a quota must have a rate of at least %s a second, a concurrency of at least 1 and at least a second of CPU time"
                    .formatted(LEAST_RATE));
        }
    }

    /// These bounds, and where there is none, those.
    public Quota or(Quota otherwise) {
        return new Quota(
                ratePerSecond.or(otherwise::ratePerSecond), concurrency.or(otherwise::concurrency), cpuPerDay.or(otherwise::cpuPerDay));
    }
}
