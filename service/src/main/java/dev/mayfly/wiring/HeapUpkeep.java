package dev.mayfly.wiring;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Gives memory back that a time of overload has left in the heap: the JVM collects the old generation only when it
/// has grown to its bound, so that a service would hold ten times what it needs until then. A collection stops
/// everything for some 50 ms, and so is made while nothing runs. Not thread-safe.
final class HeapUpkeep {
    private static final long WORTH_A_COLLECTION_BYTES = 64L << 20;

    private final LongSupplier usedBytes;
    private final Runnable collection;
    private long leftBytes;

    HeapUpkeep() {
        this(oldGeneration().<LongSupplier>map(pool -> () -> pool.getUsage().getUsed()).orElse(() -> 0), System::gc);
    }

    /// @param usedBytes of the old generation, garbage included
    HeapUpkeep(LongSupplier usedBytes, Runnable collection) {
        this.usedBytes = usedBytes;
        this.collection = collection;
    }

    private static Optional<MemoryPoolMXBean> oldGeneration() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && (pool.getName().contains("Tenured") || pool.getName().contains("Old")))
                .findFirst();
    }

    void whileNothingRuns() {
        if (usedBytes.getAsLong() - leftBytes > WORTH_A_COLLECTION_BYTES) {
            collection.run();
            leftBytes = usedBytes.getAsLong();
        }
    }
}
