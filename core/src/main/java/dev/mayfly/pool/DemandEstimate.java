package dev.mayfly.pool;

/// Arrival rate × time to make a sandbox + headroom: how many sandboxes should wait. Not thread-safe.
final class DemandEstimate {
    private static final double MEMORY_NANOS = 10e9; // how long an arrival counts
    private static final double REFILL_WEIGHT = 0.2;
    private static final double HEADROOM = 1;

    private double arrivalsPerNano;
    private double refillNanos = 100e6;
    private long updatedAt;

    DemandEstimate(long now) {
        updatedAt = now;
    }

    void arrived(long now) {
        decay(now);
        arrivalsPerNano += 1 / MEMORY_NANOS;
    }

    void refilled(long nanos) {
        refillNanos += REFILL_WEIGHT * (nanos - refillNanos);
    }

    int sandboxes(WarmBounds target, long now) {
        decay(now);
        double wanted = arrivalsPerNano * refillNanos;
        return (int) Math.clamp(Math.ceil(wanted) + (wanted > 0.5 ? HEADROOM : 0), target.min(), target.max());
    }

    private void decay(long now) {
        arrivalsPerNano *= Math.exp(-(now - updatedAt) / MEMORY_NANOS);
        updatedAt = now;
    }
}
