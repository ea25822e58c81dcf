package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The number of warm sandboxes follows arrival rate × time to make one, between the target's bounds.
class DemandEstimateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static DemandEstimate after(int arrivalsPerSecond, int seconds, Duration refill) {
        var demand = new DemandEstimate(0);
        for (int i = 0; i < arrivalsPerSecond * seconds; i++) {
            demand.arrived(i * SECOND / arrivalsPerSecond);
            demand.refilled(refill.toNanos());
        }
        return demand;
    }

    @Test
    void nobodyKeepsTheMinimum() {
        assertThat(new DemandEstimate(0).sandboxes(new WarmBounds(2, 9), 0)).isEqualTo(2);
    }

    @Test
    void demandIsRateTimesRefillPlusHeadroom() {
        // 20 a second × 200 ms = 4, rounded up, and one more
        assertThat(after(20, 60, Duration.ofMillis(200)).sandboxes(new WarmBounds(0, 100), 60 * SECOND)).isBetween(5, 6);
    }

    @Test
    void targetBoundsTheDemand() {
        assertThat(after(100, 30, Duration.ofSeconds(1)).sandboxes(new WarmBounds(1, 6), 30 * SECOND)).isEqualTo(6);
    }

    /// What nobody asks for costs nothing; what somebody uses is warm for the next minutes.
    @Test
    void oneIsKeptForFiveMinutesOfWhatWasUsed() {
        var bounds = new WarmBounds(2, 6).whileUsed();
        assertThat(new DemandEstimate(0).sandboxes(bounds, 0)).isEqualTo(0);
        assertThat(after(1, 1, Duration.ofMillis(1)).sandboxes(bounds, 299 * SECOND)).isEqualTo(1);
        assertThat(after(1, 1, Duration.ofMillis(1)).sandboxes(bounds, 301 * SECOND)).isEqualTo(0);
        assertThat(after(1, 1, Duration.ofMillis(1)).sandboxes(WarmBounds.ON_DEMAND, SECOND)).isEqualTo(0);
    }

    @Test
    void demandIsForgotten() {
        assertThat(after(100, 30, Duration.ofSeconds(1)).sandboxes(new WarmBounds(1, 6), 200 * SECOND)).isEqualTo(1);
    }
}
