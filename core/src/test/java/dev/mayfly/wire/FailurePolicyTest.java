package dev.mayfly.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// When a function that has failed is tried again.
class FailurePolicyTest {
    private static final Outcome FAILED = new Outcome.Exited(1);

    private static Optional<Duration> delay(FailurePolicy.RetryRequest retry, int failures, Outcome outcome) {
        return new FailurePolicy(retry, null).delay(failures, outcome);
    }

    @Test
    void delaysGrowUpToAnHour() {
        var retry = new FailurePolicy.RetryRequest(10, 60, null);
        List<Long> seconds = IntStream.range(0, 10).mapToObj(failures -> delay(retry, failures, FAILED).map(Duration::toSeconds).orElse(-1L)).toList();
        assertThat(seconds).containsExactly(60L, 120L, 240L, 480L, 960L, 1920L, 3600L, 3600L, 3600L, -1L);
        assertThat(delay(new FailurePolicy.RetryRequest(2, null, null), 0, FAILED)).contains(Duration.ofSeconds(5));
    }

    @Test
    void onlyFailuresAreTriedAgainAndOnlyThoseThatAreNamed() {
        var all = new FailurePolicy.RetryRequest(3, 1, null);
        assertThat(delay(all, 0, new Outcome.Exited(0))).isEmpty();
        assertThat(delay(all, 0, new Outcome.Cancelled(Outcome.By.CLIENT))).isEmpty();
        assertThat(delay(all, 0, new Outcome.CompileFailed(FAILED))).isEmpty();
        assertThat(delay(all, 0, new Outcome.Signaled(9))).isPresent();
        assertThat(delay(all, 0, new Outcome.Failed("", false))).isPresent();
        var some = new FailurePolicy.RetryRequest(3, 1, List.of("signaled"));
        assertThat(delay(some, 0, FAILED)).isEmpty();
        assertThat(delay(some, 0, new Outcome.Signaled(9))).isPresent();
        assertThat(new FailurePolicy(null, null).delay(0, FAILED)).isEmpty();
    }
}
