package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.wire.HttpTriggerRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How often functions may be called over the web.
class CallRatesTest {
    private final CallRates rates = new CallRates();

    private boolean allowed(String function, int all, int each, String address) {
        return rates.waitFor("tenant", function, new HttpTriggerRequest("open", all, each), address).isEmpty();
    }

    @Test
    void addressThatCallsTooOftenTakesNothingFromTheOthers() {
        for (int i = 0; i < 50; i++) {
            assertThat(allowed("f", 5, 2, "greedy")).isEqualTo(i < 2);
        }
        assertThat(allowed("f", 5, 2, "a")).isTrue();
        assertThat(allowed("f", 5, 2, "b")).isTrue();
        assertThat(allowed("f", 5, 2, "c")).isTrue();
        assertThat(allowed("f", 5, 2, "d")).as("five of all").isFalse();
    }

    @Test
    void manyAddressesDoNotMakeAFunctionsCountBeForgotten() {
        assertThat(allowed("quiet", 1, 1, "a")).isTrue();
        for (int i = 0; i < 60_000; i++) {
            allowed("loud", 1_000_000, 1, "address" + i);
        }
        assertThat(allowed("quiet", 1, 1, "b")).isFalse();
        assertThat(rates.waitFor("tenant", "quiet", new HttpTriggerRequest("open", 1, 1), "c")).hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        assertThat(allowed("other", 1, 1, "a")).as("each function for itself").isTrue();
    }
}
