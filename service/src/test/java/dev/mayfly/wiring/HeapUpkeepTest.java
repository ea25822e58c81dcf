package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The heap is collected when an overload has left much in it, and not for each execution.
class HeapUpkeepTest {
    private static final long MEBIBYTE = 1 << 20;

    private final AtomicLong used = new AtomicLong(20 * MEBIBYTE);
    private final AtomicInteger collections = new AtomicInteger();

    private HeapUpkeep thatLeaves(long mebibytes) {
        return new HeapUpkeep(used::get, () -> {
            collections.incrementAndGet();
            used.set(mebibytes * MEBIBYTE);
        });
    }

    @Test
    void whatAnOverloadHasLeftIsCollectedOnce() {
        var upkeep = thatLeaves(25);
        upkeep.whileNothingRuns();
        assertThat(collections).hasValue(0);
        used.set(480 * MEBIBYTE);
        upkeep.whileNothingRuns();
        upkeep.whileNothingRuns();
        assertThat(collections).hasValue(1);
    }

    @Test
    void whatIsAliveIsNotCollectedAgainAndAgain() {
        var upkeep = thatLeaves(300);
        used.set(310 * MEBIBYTE);
        for (int round = 0; round < 5; round++) {
            upkeep.whileNothingRuns();
            used.addAndGet(5 * MEBIBYTE);
        }
        assertThat(collections).hasValue(1);
    }
}
