package dev.mayfly.sandbox;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// Resource ceilings for one execution. Every axis is bounded; there is no "unlimited". Immutable.
public final class Limits {
    private final EnumMap<LimitAxis, Long> amounts;

    /// Throws `IllegalArgumentException`, naming the axis, when one is missing or out of its bounds.
    public Limits(Map<LimitAxis, Long> amounts) {
        this.amounts = new EnumMap<>(LimitAxis.class);
        for (LimitAxis axis : LimitAxis.values()) {
            Long amount = amounts.get(axis);
            if (amount == null) {
                throw new IllegalArgumentException(axis.wireName() + " is missing");
            }
            if (amount < axis.min() || amount > axis.max()) {
                throw new IllegalArgumentException("%s must be between %s and %s; got %s"
                        .formatted(axis.wireName(), axis.toWire(axis.min()), axis.toWire(axis.max()), axis.toWire(amount)));
            }
            this.amounts.put(axis, amount);
        }
    }

    /// These limits with the given ones in place of their own.
    public Limits with(Map<LimitAxis, Long> changes) {
        var merged = new EnumMap<>(amounts);
        merged.putAll(changes);
        return new Limits(merged);
    }

    public long of(LimitAxis axis) {
        return requireNonNull(amounts.get(axis));
    }

    public Duration wallTime() {
        return Duration.ofMillis(of(LimitAxis.WALL_TIME));
    }

    public Duration cpuTime() {
        return Duration.ofMillis(of(LimitAxis.CPU_TIME));
    }

    public int cpuMillis() {
        return (int) of(LimitAxis.CPUS);
    }

    public long memoryBytes() {
        return of(LimitAxis.MEMORY);
    }

    public int pids() {
        return (int) of(LimitAxis.PIDS);
    }

    public long outputBytes() {
        return of(LimitAxis.OUTPUT);
    }

    public long diskBytes() {
        return of(LimitAxis.DISK);
    }

    public int openFiles() {
        return (int) of(LimitAxis.OPEN_FILES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits limits && amounts.equals(limits.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    @Override
    public String toString() {
        return amounts.toString();
    }
}
