package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.LanguageRuntimeBuilder;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/// A service is ready once each runtime that has to work does, however many optional ones there are.
class PoolReadinessTest {
    private static LanguageRuntime runtime(String name, boolean optional) {
        return LanguageRuntimeBuilder.builder(TestEngine.runtime("bash")).name(name).version("1").aliases(List.of()).image(name).extensions(List.of()).entrypoint("main").command(List.of("run"))
                .environment(Map.of()).hello(new LanguageRuntime.Hello("print hello", "hello")).optional(optional).build();
    }

    @Test
    void sandboxesThatNobodyKeepsAreNotWaitedFor() throws Exception {
        var engine = new FakeEngine();
        try (var pool = new WarmPool(engine, new PoolSettings(8, 64L << 30, 8, 2, Duration.ofMinutes(1)))) {
            // given a service that looks at its readiness only when the optional runtimes work, too
            var catalog = new RuntimeCatalog(List.of(runtime("needed", false), runtime("one", true), runtime("two", true), runtime("three", true)));
            var runtimes = new ServedRuntimes(catalog, engine, pool, new WarmBounds(1, 1));
            runtimes.refresh();
            assertThat(runtimes.offered()).hasSize(4);
            // when the one that is needed has its sandbox
            await().until(() -> pool.stats().ready() == 1);
            // then it is ready
            assertThat(new PoolReadiness(pool, runtimes, new Draining()).call().getStatus()).isEqualTo(Status.UP);
        }
    }
}
