package dev.mayfly.pool;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Who uses the pool, and how much of it. Guarded by the pool's lock.
///
/// A tenant is *greedy* while others are about and it has more than its share of the boxes: the rest of what it wants comes after the boxes that are kept
/// waiting for the others.
final class Tenants {
    /// So long after its last call a tenant is still about.
    private static final long ABOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Use(int leased, int waiting, long seenAt) {}

    private final Map<String, Use> uses = new HashMap<>();
    private final int capacity;

    /// @param capacity boxes to share
    Tenants(int capacity) {
        this.capacity = capacity;
    }

    void seen(String tenant, long now) {
        add(tenant, 0, 0, now);
        uses.values().removeIf(use -> use.leased == 0 && use.waiting == 0 && now - use.seenAt > ABOUT_NANOS);
    }

    void waits(String tenant, int change) {
        add(tenant, 0, change, Long.MIN_VALUE);
    }

    void leased(String tenant, int change) {
        add(tenant, change, 0, Long.MIN_VALUE);
    }

    private void add(String tenant, int leased, int waiting, long now) {
        uses.merge(tenant, new Use(leased, waiting, now), (old, more) -> new Use(
                old.leased + more.leased, old.waiting + more.waiting, now == Long.MIN_VALUE ? old.seenAt : now));
    }

    /// Alone it may have everything. Among others, half of what an even share would be: the other half is what makes room for a newcomer at once.
    boolean isGreedy(String tenant) {
        Use use = uses.get(tenant);
        return use != null && uses.size() > 1 && use.leased + use.waiting > Math.max(1, capacity / uses.size() / 2);
    }

    /// The tenant with the most who wait.
    Optional<String> longestLine() {
        return uses.entrySet().stream().max(Comparator.comparingInt(use -> use.getValue().waiting)).map(Map.Entry::getKey);
    }

    int waiting(String tenant) {
        Use use = uses.get(tenant);
        return use == null ? 0 : use.waiting;
    }
}
