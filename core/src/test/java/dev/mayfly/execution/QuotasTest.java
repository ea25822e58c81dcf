package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a tenant has used up is refused with the time when there is more, and no other tenant feels it.
class QuotasTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-31T23:00:00Z"));
    private final AtomicReference<Quota> quota = new AtomicReference<>(Quota.NONE);
    private final Quotas quotas = new Quotas(tenant -> tenant.equals("acme") ? quota.get() : Quota.NONE, now::get);

    private void refused(String words, long seconds) {
        assertThatThrownBy(() -> quotas.enter("acme")).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.kind()).isEqualTo(RejectedException.Kind.QUOTA_EXCEEDED);
            assertThat(e.detail()).contains(words);
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(seconds));
        });
    }

    @Test
    void rateIsBounded() throws Exception {
        quota.set(new Quota(Optional.of(0.05), Optional.empty(), Optional.empty()));
        quotas.enter("acme");
        refused("0.05 executions a second", 20);
        quotas.enter("other");
        assertThat(quotas.standing("acme")).containsExactly(
                new Quotas.Standing("rate", 1, 0, Duration.ofSeconds(20), Duration.ofSeconds(20)));
    }

    @Test
    void concurrencyIsBoundedAndAPlaceComesBack() throws Exception {
        quota.set(new Quota(Optional.empty(), Optional.of(2), Optional.empty()));
        quotas.enter("acme");
        quotas.enter("acme");
        refused("2 executions, its quota's concurrency", 1);
        quotas.leave("acme", Duration.ZERO);
        quotas.enter("acme");
    }

    @Test
    void cpuTimeIsBoundedUntilMidnight() throws Exception {
        quota.set(new Quota(Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(10))));
        quotas.enter("acme");
        quotas.leave("acme", Duration.ofSeconds(7));
        assertThat(quotas.standing("acme")).containsExactly(
                new Quotas.Standing("cpu-seconds", 10, 3, Duration.ofDays(1), Duration.ofHours(1)));
        quotas.enter("acme");
        quotas.leave("acme", Duration.ofSeconds(7));
        refused("10 s of CPU time", 3600);
        now.set(now.get().plus(Duration.ofHours(1)));
        quotas.enter("acme");
    }

    @Test
    void refusalForOneBoundCostsNothingOfTheOthers() throws Exception {
        quota.set(new Quota(Optional.of(2.0), Optional.of(1), Optional.empty()));
        quotas.enter("acme");
        refused("its quota's concurrency", 1);
        refused("its quota's concurrency", 1);
        quotas.leave("acme", Duration.ZERO);
        quotas.enter("acme");
    }

    @Test
    void changedQuotaHoldsAtOnce() throws Exception {
        quota.set(new Quota(Optional.empty(), Optional.of(1), Optional.empty()));
        quotas.enter("acme");
        refused("its quota's concurrency", 1);
        quota.set(new Quota(Optional.empty(), Optional.of(2), Optional.empty()));
        quotas.enter("acme");
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,1,0", "-1,1,1"})
    void senselessQuotaIsRefused(double rate, int concurrency, long cpuSeconds) {
        assertThatThrownBy(() -> new Quota(Optional.of(rate), Optional.of(concurrency), Optional.of(Duration.ofSeconds(cpuSeconds))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
