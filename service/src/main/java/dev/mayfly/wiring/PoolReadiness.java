package dev.mayfly.wiring;

import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolStats;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready when the engine answers and every language's default version works and has had a warm sandbox: an upgrade
/// that has lost a runtime must not get its requests. A pool that is drawn empty later is busy, and busy is not
/// unready: callers wait, or are asked to come back. One that is about to stop is unready at first.
@Readiness
@Singleton
public class PoolReadiness implements HealthCheck {
    private final WarmPool pool;
    private final ServedRuntimes runtimes;
    private final Draining draining;
    private volatile boolean warmedUp;

    public PoolReadiness(WarmPool pool, ServedRuntimes runtimes, Draining draining) {
        this.pool = pool;
        this.runtimes = runtimes;
        this.draining = draining;
    }

    @Override
    public HealthCheckResponse call() {
        PoolStats stats = pool.stats();
        long offered = runtimes.offered().size();
        long served = runtimes.offered().stream().filter(runtime -> runtimes.spec(runtime).isPresent()).count();
        // of the others no sandbox is kept
        long kept = runtimes.catalog().all().stream().filter(runtime -> !runtime.optional() && runtimes.spec(runtime).isPresent()).count();
        warmedUp |= runtimes.isSettled() && stats.ready() + stats.leased() >= kept;
        var response = HealthCheckResponse.named("sandboxes")
                .status(!draining.isBegun() && !stats.engineDown() && served == offered && warmedUp)
                .withData("engine", stats.engineDown() ? "down" : "up")
                .withData("draining", draining.isBegun())
                .withData("alive", stats.alive())
                .withData("leased", stats.leased())
                .withData("waiting", stats.waiting());
        for (LanguageRuntime runtime : runtimes.offered()) {
            response.withData(runtime.id(), state(runtime, stats));
        }
        return response.build();
    }

    private String state(LanguageRuntime runtime, PoolStats stats) {
        return runtimes.spec(runtime)
                .map(spec -> "ready=" + (stats.shelves().containsKey(spec) ? stats.shelves().get(spec).ready() : 0))
                .orElse("no working image");
    }
}
