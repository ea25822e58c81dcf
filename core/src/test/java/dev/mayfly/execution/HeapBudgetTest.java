package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Large requests have their share of the heap one after the other, and what does not come in time is told to come
/// again.
class HeapBudgetTest {
    @Test
    void closedHoldTakesNothing() {
        var hold = new HeapBudget(4096, Duration.ofMillis(1)).hold();
        hold.close();
        assertThatThrownBy(() -> hold.add(1)).isInstanceOf(InterruptedException.class);
    }

    private final HeapBudget budget = new HeapBudget(10 << 10, Duration.ofMillis(20));

    @Test
    void whatDoesNotFitIsRefusedForNow() throws Exception {
        try (var large = budget.hold(); var other = budget.hold()) {
            large.add(8 << 10);
            assertThatThrownBy(() -> other.add(3 << 10)).isInstanceOfSatisfying(RejectedException.class, e -> {
                assertThat(e.kind()).isEqualTo(RejectedException.Kind.AT_CAPACITY);
                assertThat(e.retryAfter()).isPresent();
            });
            other.add(2 << 10);
        }
    }

    @Test
    void shareComesBackOnce() throws Exception {
        var hold = budget.hold();
        hold.add(10 << 10);
        hold.close();
        hold.close();
        try (var next = budget.hold(); var other = budget.hold()) {
            next.add(10 << 10);
            assertThatThrownBy(() -> other.add(1)).isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void whoeverDoesNotWaitIsAnsweredImmediately() {
        try (var large = budget.hold(); var other = budget.hold()) {
            assertThat(large.tryAdd(8 << 10)).isTrue();
            assertThat(other.tryAdd(3 << 10)).isFalse();
            large.close();
            assertThat(other.tryAdd(10 << 10)).isTrue();
        }
    }
}
