package dev.mayfly.pool;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Who uses the pool, and how much of it. Guarded by the pool's lock.
///
/// A tenant is *greedy* while others are about and it has more than its share of the sandboxes: the rest of what it
/// wants comes after the sandboxes that are kept waiting for the others. So does the bulk lane. Each of them may hold
/// one all the same: nobody starves where all sandboxes are kept.
final class Tenants {
    /// So long after its last call a tenant is still about.
    private static final long ABOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Use(int leased, int waiting, long seenAt) {}

    private static final Use NO_USE = new Use(0, 0, 0);

    private final Map<String, Use> uses = new HashMap<>();
    private final int capacity;
    private int bulkLeased;

    /// @param capacity sandboxes to share
    Tenants(int capacity) {
        this.capacity = capacity;
    }

    void seen(String tenant, long now) {
        Use use = use(tenant);
        uses.put(tenant, new Use(use.leased, use.waiting, now));
        uses.values().removeIf(other -> other.leased == 0 && other.waiting == 0 && now - other.seenAt > ABOUT_NANOS);
    }

    void waits(String tenant, int change) {
        Use use = use(tenant);
        uses.put(tenant, new Use(use.leased, use.waiting + change, use.seenAt));
    }

    void leased(Lane lane, String tenant, int change) {
        Use use = use(tenant);
        uses.put(tenant, new Use(use.leased + change, use.waiting, use.seenAt));
        bulkLeased += lane == Lane.BULK ? change : 0;
    }

    boolean bulkHoldsNone() {
        return bulkLeased == 0;
    }

    private Use use(String tenant) {
        return uses.getOrDefault(tenant, NO_USE);
    }

    /// Alone it may have everything. Among others, half of what an even share would be: the other half is what makes
    /// room for a newcomer at once.
    boolean isGreedy(String tenant) {
        Use use = use(tenant);
        return uses.size() > 1 && use.leased > 0 && use.leased + use.waiting > Math.max(1, capacity / uses.size() / 2);
    }

    /// The tenant with the most who wait.
    Optional<String> longestLine() {
        return uses.entrySet().stream().max(Comparator.comparingInt(use -> use.getValue().waiting)).map(Map.Entry::getKey);
    }

    int waiting(String tenant) {
        return use(tenant).waiting;
    }
}
