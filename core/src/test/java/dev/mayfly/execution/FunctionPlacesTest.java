package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FunctionPlacesTest {
    private static final String TENANT = "acme";

    private final FunctionPlaces places = new FunctionPlaces();

    private static Optional<Invocation> invocation(OptionalInt concurrency) {
        return Optional.of(new Invocation("resize", 1, Invocation.Trigger.API, concurrency));
    }

    private static final Optional<Invocation> TWO = invocation(OptionalInt.of(2));
    private static final Optional<Invocation> THREE = invocation(OptionalInt.of(3));

    @Test
    void asManyEnterAsTheFunctionAllows() throws Exception {
        places.enter(TENANT, TWO);
        assertThat(places.full()).isEmpty();
        places.enter(TENANT, TWO);
        assertThat(places.full()).containsExactly(new FunctionPlaces.Name(TENANT, "resize"));
        assertThatThrownBy(() -> places.enter(TENANT, TWO)).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.kind()).isEqualTo(RejectedException.Kind.FUNCTION_BUSY);
            assertThat(e.detail()).isEqualTo("the function resize already has 2 executions, its concurrency");
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(1));
        });
        // others are not in its way
        places.enter("other", TWO);
        places.enter(TENANT, Optional.empty());
        places.enter(TENANT, invocation(OptionalInt.empty()));
        places.leave(TENANT, TWO);
        assertThat(places.full()).isEmpty();
        places.enter(TENANT, TWO);
    }

    @Test
    void versionsMayAllowDifferentNumbers() {
        assertThat(places.tryEnter(TENANT, TWO)).isTrue();
        assertThat(places.tryEnter(TENANT, TWO)).isTrue();
        assertThat(places.tryEnter(TENANT, THREE)).isTrue();
        assertThat(places.full()).hasSize(1);
        places.leave(TENANT, THREE);
        assertThat(places.full()).isEmpty(); // one of three could enter
        assertThat(places.tryEnter(TENANT, TWO)).isFalse();
        assertThat(places.full()).hasSize(1); // but none of two
    }

    @Test
    void nothingIsKeptOfAFunctionThatHasNoExecution() {
        assertThat(places.tryEnter(TENANT, TWO)).isTrue();
        places.leave(TENANT, TWO);
        assertThat(places).hasFieldOrPropertyWithValue("counts", Map.of());
        assertThat(places.full()).isEqualTo(Set.of());
    }

    @Test
    void whoWaitsEntersWhenAnotherLeaves() throws Exception {
        places.enter(TENANT, TWO);
        places.enter(TENANT, TWO);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiter = new Thread[1];
            Future<?> entered = threads.submit(() -> {
                waiter[0] = Thread.currentThread();
                places.await(TENANT, TWO);
                return null;
            });
            await().until(() -> waiter[0] != null && waiter[0].getState() == Thread.State.WAITING);
            assertThat(entered.isDone()).isFalse();
            places.leave(TENANT, TWO);
            entered.get();
        }
        assertThat(places.full()).hasSize(1);
    }
}
