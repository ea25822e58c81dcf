package dev.mayfly.pool;

import dev.mayfly.sandbox.SandboxSpec;
import java.util.Map;

/// One consistent look at the pool.
///
/// @param alive sandboxes that hold a place: being made, ready, leased, being destroyed
/// @param destroyed since the start, by reason
/// @param aliveByImage of those that are alive, how many are of each image
public record PoolStats(
        int capacity,
        int alive,
        int leased,
        int waiting,
        long created,
        long createFailures,
        boolean engineDown,
        Map<Retirement, Long> destroyed,
        Map<SandboxSpec, ShelfStats> shelves,
        Map<ImageUse, Integer> aliveByImage) {
    public PoolStats {
        destroyed = Map.copyOf(destroyed);
        shelves = Map.copyOf(shelves);
        aliveByImage = Map.copyOf(aliveByImage);
    }

    /// An image, by its id, as a runtime's.
    public record ImageUse(String runtime, String image) {}

    /// Sandboxes of one spec.
    public record ShelfStats(int ready, int creating, int waiting, int target) {}

    public int ready() {
        return shelves.values().stream().mapToInt(ShelfStats::ready).sum();
    }
}
