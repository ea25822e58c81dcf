package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.Outcome;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FunctionMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();
    private final FunctionMetrics meters = new FunctionMetrics(registry, 2, now::get);

    private void ended(String function) {
        meters.ended("acme", function, new Outcome.Exited(0), Duration.ofMillis(5));
    }

    /// As `tag tag tag count`.
    private List<String> series() {
        return registry.find("mayfly.functions.executions").timers().stream().map(FunctionMetricsTest::series).sorted().toList();
    }

    private static String series(Timer timer) {
        return timer.getId().getTags().stream().map(Tag::getValue).collect(Collectors.joining(" ")) + " " + timer.count();
    }

    @Test
    void successAndFailureAreApart() {
        ended("resize");
        ended("resize");
        meters.ended("acme", "resize", new Outcome.Exited(1), Duration.ofMillis(5));
        meters.ended("acme", "resize", new Outcome.Cancelled(Outcome.By.CLIENT), Duration.ofMillis(5));
        meters.ended("other", "resize", new Outcome.Exited(0), Duration.ofMillis(5));
        assertThat(series()).containsExactly("resize cancelled acme 1", "resize failure acme 1", "resize success acme 2", "resize success other 1");
    }

    @Test
    void functionsBeyondTheBoundShareOneSeries() {
        List.of("a", "b", "c", "d", "a", "c").forEach(this::ended);
        assertThat(series()).containsExactly("(others) success (others) 3", "a success acme 2", "b success acme 1");
    }

    @Test
    void functionThatHasNotRunForLongMakesRoom() {
        List.of("a", "b").forEach(this::ended);
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        ended("a");
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        ended("c");
        assertThat(series()).containsExactly("a success acme 2", "c success acme 1");
        ended("b");
        assertThat(series()).containsExactly("(others) success (others) 1", "a success acme 2", "c success acme 1");
    }
}
