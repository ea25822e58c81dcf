package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.FunctionPlaces.Place;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FunctionPlacesTest {
    private static final String TENANT = "acme";
    private static final FunctionPlaces.Name NAME = new FunctionPlaces.Name(TENANT, "resize");

    private final AtomicLong now = new AtomicLong();
    private final FunctionPlaces places = new FunctionPlaces(now::get);

    private static Optional<Invocation> invocation(OptionalInt concurrency) {
        return Optional.of(new Invocation("resize", 1, Invocation.Trigger.API, concurrency));
    }

    private static final Optional<Invocation> ONE = invocation(OptionalInt.of(1));
    private static final Optional<Invocation> TWO = invocation(OptionalInt.of(2));

    private Place enter(Optional<Invocation> invocation) throws RejectedException {
        return places.enter(TENANT, invocation);
    }

    @Test
    void asManyEnterAsTheFunctionAllows() throws Exception {
        Place first = enter(TWO);
        enter(TWO);
        assertThatThrownBy(() -> enter(TWO)).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.kind()).isEqualTo(RejectedException.Kind.FUNCTION_BUSY);
            assertThat(e.detail()).isEqualTo("the function resize is at its concurrency limit of 2");
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(1));
        });
        // others are not in its way
        places.enter("other", TWO);
        enter(Optional.empty());
        enter(invocation(OptionalInt.empty()));
        // a place is left once
        first.leave();
        first.leave();
        enter(TWO);
        assertThatThrownBy(() -> enter(TWO)).isInstanceOf(RejectedException.class);
    }

    @Test
    void changedBoundHoldsAtOnce() throws Exception {
        enter(TWO);
        assertThat(places.isFull(NAME, OptionalInt.of(1))).isTrue();
        assertThat(places.isFull(NAME, OptionalInt.of(2))).isFalse();
        assertThat(places.isFull(NAME, OptionalInt.empty())).isFalse();
        assertThatThrownBy(() -> enter(ONE)).isInstanceOf(RejectedException.class);
        enter(TWO);
    }

    @Test
    void nothingIsKeptOfAFunctionThatHasNoExecution() throws Exception {
        enter(TWO).leave();
        assertThat(places).hasFieldOrPropertyWithValue("counts", Map.of());
    }

    /// A look that finds an execution of the function in the queue.
    private void lookAndFind() {
        places.look();
        places.queued(NAME);
        places.lookedThrough();
    }

    @Test
    void placeThatTheQueueWaitsForIsKeptForItForAMoment() throws Exception {
        var woken = new AtomicInteger();
        places.whenFree(woken::incrementAndGet);
        Place first = enter(ONE);
        lookAndFind();
        assertThat(places.queued()).containsExactly(NAME);
        first.leave();
        // somebody who comes now does not take it
        assertThat(woken).hasValue(1);
        assertThat(places.tryEnter(TENANT, ONE)).isEmpty();
        assertThat(places.isFull(NAME, OptionalInt.of(1))).isFalse();
        Place second = places.tryEnterNext(TENANT, ONE).orElseThrow();
        second.leave();
        assertThat(woken).hasValue(1);
        // and what the queue does not take is not lost
        Place third = enter(ONE);
        lookAndFind();
        third.leave();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        enter(ONE).leave();
        // nor is it kept again before the queue is looked at
        enter(ONE);
    }

    @Test
    void placeIsNotKeptForAQueueThatHasNothingAnyMore() throws Exception {
        Place first = enter(ONE);
        lookAndFind();
        places.look(); // one that ends early has not seen all
        assertThat(places.queued()).containsExactly(NAME);
        places.look();
        places.lookedThrough();
        assertThat(places.queued()).isEmpty();
        first.leave();
        enter(ONE);
    }

    @Test
    void whoWaitsComesBeforeThoseWhoComeLater() throws Exception {
        Place first = enter(ONE);
        places.waits(TENANT, ONE, 1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiter = new Thread[1];
            Future<?> free = threads.submit(() -> {
                waiter[0] = Thread.currentThread();
                places.awaitFree(TENANT, ONE);
                return null;
            });
            await().until(() -> waiter[0] != null && waiter[0].getState() == Thread.State.WAITING);
            assertThat(free.isDone()).isFalse();
            first.leave();
            free.get();
        }
        assertThat(places.tryEnter(TENANT, ONE)).isEmpty();
        Place second = places.tryEnterNext(TENANT, ONE).orElseThrow();
        places.waits(TENANT, ONE, -1);
        second.leave();
        enter(ONE);
    }
}
