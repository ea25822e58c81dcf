package dev.mayfly.async;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Who of the others is dead: whose beat has stood still for too long, by this replica's own clock, so that clocks
/// need not agree. Time in which this replica itself, or the store, was away does not count. Not thread-safe.
final class FailureDetector {
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new HashMap<>();
    private long lastLook;

    FailureDetector(Duration timeout, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        lastLook = nanoTime.getAsLong();
    }

    private record Seen(long beat, long atNanos) {}

    /// @param beat at which it stands
    record Dead(String id, long beat) {}

    List<Dead> dead(Map<String, Long> beats) {
        long now = nanoTime.getAsLong();
        if (now - lastLook > timeout.toNanos() / 2) {
            seen.clear();
        }
        lastLook = now;
        seen.keySet().retainAll(beats.keySet());
        beats.forEach((id, beat) -> {
            Seen before = seen.get(id);
            if (before == null || before.beat() != beat) {
                seen.put(id, new Seen(beat, now));
            }
        });
        return seen.entrySet().stream()
                .filter(entry -> now - entry.getValue().atNanos() > timeout.toNanos())
                .map(entry -> new Dead(entry.getKey(), entry.getValue().beat()))
                .toList();
    }
}
