package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A tenant is greedy by what it has and wants beside others who are about; nobody is before it holds a sandbox.
class TenantsTest {
    private static final int CAPACITY = 8;

    private final Tenants tenants = new Tenants(CAPACITY);

    /// Half of an even share of two is 2.
    @Test
    void shareAmongTwoIsHalfOfAnEvenOne() {
        tenants.seen("quiet", 0);
        tenants.seen("flood", 0);
        tenants.leased(Lane.INTERACTIVE, "flood", 1);
        tenants.waits("flood", 1);
        assertThat(tenants.isGreedy("flood")).isFalse();
        tenants.waits("flood", 1);
        assertThat(tenants.isGreedy("flood")).isTrue();
        assertThat(tenants.isGreedy("quiet")).isFalse();
        // and no longer when one was given back
        tenants.leased(Lane.INTERACTIVE, "flood", -1);
        assertThat(tenants.isGreedy("flood")).isFalse();
    }

    @Test
    void whoHoldsNothingIsNotGreedyWhateverItWants() {
        tenants.seen("quiet", 0);
        tenants.seen("flood", 0);
        tenants.waits("flood", 100);
        assertThat(tenants.isGreedy("flood")).isFalse();
    }

    @Test
    void whoIsAloneIsNotGreedy() {
        tenants.seen("flood", 0);
        tenants.leased(Lane.INTERACTIVE, "flood", CAPACITY);
        assertThat(tenants.isGreedy("flood")).isFalse();
    }

    @Test
    void whoHasNotCalledForAMinuteIsNoLongerAbout() {
        tenants.seen("quiet", 0);
        tenants.leased(Lane.INTERACTIVE, "flood", CAPACITY);
        tenants.seen("flood", TimeUnit.SECONDS.toNanos(60));
        assertThat(tenants.isGreedy("flood")).isTrue();
        tenants.seen("flood", TimeUnit.SECONDS.toNanos(60) + 1);
        assertThat(tenants.isGreedy("flood")).isFalse();
    }

    @Test
    void whoHoldsOrWaitsIsAboutHoweverLong() {
        tenants.leased(Lane.INTERACTIVE, "holder", 1);
        tenants.waits("waiter", 1);
        tenants.leased(Lane.INTERACTIVE, "flood", CAPACITY);
        tenants.seen("flood", TimeUnit.HOURS.toNanos(1));
        // a third of 8, halved, is 1
        assertThat(tenants.isGreedy("flood")).isTrue();
        assertThat(tenants.isGreedy("holder")).isFalse();
        tenants.waits("holder", 1);
        assertThat(tenants.isGreedy("holder")).isTrue();
    }

    @Test
    void bulkIsCountedOverAllTenants() {
        assertThat(tenants.bulkHoldsNone()).isTrue();
        tenants.leased(Lane.INTERACTIVE, "a", 1);
        assertThat(tenants.bulkHoldsNone()).isTrue();
        tenants.leased(Lane.BULK, "a", 1);
        tenants.leased(Lane.BULK, "b", 1);
        tenants.leased(Lane.BULK, "a", -1);
        assertThat(tenants.bulkHoldsNone()).isFalse();
        tenants.leased(Lane.BULK, "b", -1);
        assertThat(tenants.bulkHoldsNone()).isTrue();
    }

    @Test
    void longestLineIsThatOfTheTenantWithMostWaiting() {
        tenants.waits("a", 2);
        tenants.waits("b", 3);
        assertThat(tenants.longestLine()).contains("b");
        assertThat(tenants.waiting("b")).isEqualTo(3);
    }
}
