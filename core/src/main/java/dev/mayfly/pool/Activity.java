package dev.mayfly.pool;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How busy the pool is: making sandboxes takes processor time from the programs that run. Guarded by the pool's lock.
final class Activity {
    private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_CALMS = 5;

    private final long calmNanos;
    private final LongSupplier nanoTime;
    private long calledAt; // when an interactive caller last came
    private long stirredAt; // when a sandbox was last leased or given back
    private OptionalLong putOffSince = OptionalLong.empty();

    Activity(Duration calm, LongSupplier nanoTime) {
        this.calmNanos = calm.toNanos();
        this.nanoTime = nanoTime;
        this.calledAt = nanoTime.getAsLong() - WATCHED_NANOS;
        this.stirredAt = nanoTime.getAsLong() - calmNanos;
    }

    void called(Lane lane) {
        if (lane == Lane.INTERACTIVE) {
            calledAt = nanoTime.getAsLong();
        }
    }

    void stirred() {
        stirredAt = nanoTime.getAsLong();
    }

    /// Whether somebody waits for answers these seconds.
    boolean isWatched() {
        return nanoTime.getAsLong() - calledAt < WATCHED_NANOS;
    }

    /// Whether making what is not urgent is put off until it is calm, five times as long at most.
    boolean putsOff(boolean urgent, boolean anything) {
        long now = nanoTime.getAsLong();
        if (!urgent && anything && now - stirredAt < calmNanos && now - putOffSince.orElse(now) < MOST_CALMS * calmNanos) {
            putOffSince = OptionalLong.of(putOffSince.orElse(now));
            return true;
        }
        if (!urgent) {
            putOffSince = OptionalLong.empty();
        }
        return false;
    }

    /// How long to wait before looking again, where something is put off.
    OptionalLong pauseNanos() {
        return putOffSince.isPresent() ? OptionalLong.of(calmNanos) : OptionalLong.empty();
    }
}
