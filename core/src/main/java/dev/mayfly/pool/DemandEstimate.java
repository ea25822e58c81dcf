package dev.mayfly.pool;

/// Arrival rate × time to make a sandbox + headroom: how many sandboxes should wait. Not thread-safe.
final class DemandEstimate {
    private static final double MEMORY_NANOS = 10e9; // how long an arrival counts
    private static final double REFILL_WEIGHT = 0.2;
    private static final double HEADROOM = 1;
    private static final double NEGLIGIBLE = 0.001;
    private static final long LATELY_NANOS = 300_000_000_000L; // five minutes

    private double arrivalsPerNano;
    private double refillNanos = 100e6;
    private long updatedAt;
    private boolean called;
    private long calledAt;

    DemandEstimate(long now) {
        updatedAt = now;
    }

    void arrived(long now) {
        decay(now);
        arrivalsPerNano += 1 / MEMORY_NANOS;
        called = true;
        calledAt = now;
    }

    void refilled(long nanos) {
        refillNanos += REFILL_WEIGHT * (nanos - refillNanos);
    }

    int sandboxes(WarmBounds target, long now) {
        decay(now);
        double wanted = arrivalsPerNano * refillNanos;
        return (int) Math.clamp((wanted < NEGLIGIBLE ? 0 : Math.ceil(wanted)) + (wanted > 0.5 ? HEADROOM : 0), Math.max(target.min(), usedLately(now) ? Math.min(1, target.max()) : 0), target.max());
    }

    private boolean usedLately(long now) {
        return called && now - calledAt < LATELY_NANOS;
    }

    private void decay(long now) {
        arrivalsPerNano *= Math.exp(-(now - updatedAt) / MEMORY_NANOS);
        updatedAt = now;
    }
}
