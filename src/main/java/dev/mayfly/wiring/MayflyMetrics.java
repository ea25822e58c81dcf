package dev.mayfly.wiring;

import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.job.Jobs;
import dev.mayfly.pool.PoolStats;
import dev.mayfly.pool.Retirement;
import dev.mayfly.pool.WarmPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Every meter of the service. Tags come from enums and from the runtimes on offer only.
@Singleton
public class MayflyMetrics implements ExecutionMetrics {
    private final MeterRegistry registry;

    public MayflyMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Binds the pool's own numbers; once, at start.
    void bind(WarmPool pool) {
        gauge(pool, "sandbox.pool.capacity", PoolStats::capacity);
        gauge(pool, "sandbox.pool.alive", PoolStats::alive);
        gauge(pool, "sandbox.pool.ready", PoolStats::ready);
        gauge(pool, "sandbox.pool.leased", PoolStats::leased);
        gauge(pool, "sandbox.pool.waiting", PoolStats::waiting);
        counter(pool, "sandbox.created", PoolStats::created);
        counter(pool, "sandbox.create.failures", PoolStats::createFailures);
        for (Retirement reason : Retirement.values()) {
            FunctionCounter.builder("sandbox.destroyed", pool, p -> p.stats().destroyed().getOrDefault(reason, 0L))
                    .tag("reason", name(reason))
                    .register(registry);
        }
    }

    /// Binds the numbers of what is kept; once, when the store is open.
    void bind(Jobs jobs) {
        Gauge.builder("jobs.queued", jobs, Jobs::queued).register(registry);
        Gauge.builder("jobs.queued.unmet", jobs, Jobs::unmet).register(registry);
        Gauge.builder("jobs.running", jobs, Jobs::running).register(registry);
        FunctionCounter.builder("jobs.accepted", jobs, Jobs::accepted).register(registry);
        FunctionCounter.builder("jobs.attempts", jobs, Jobs::attempts).register(registry);
    }

    private void gauge(WarmPool pool, String name, ToDoubleFunction<PoolStats> value) {
        Gauge.builder(name, pool, p -> value.applyAsDouble(p.stats())).register(registry);
    }

    private void counter(WarmPool pool, String name, ToDoubleFunction<PoolStats> value) {
        FunctionCounter.builder(name, pool, p -> value.applyAsDouble(p.stats())).register(registry);
    }

    @Override
    public void leased(String runtime, Duration wait, boolean warm) {
        Timer.builder("sandbox.lease.wait")
                .tags("runtime", runtime, "start", warm ? "warm" : "cold")
                .publishPercentileHistogram()
                .register(registry)
                .record(wait);
    }

    @Override
    public void rejected(RejectedException.Kind kind) {
        registry.counter("execution.rejected", "kind", name(kind)).increment();
    }

    @Override
    public void ended(ExecutionResult result) {
        String outcome = result.outcome().getClass().getSimpleName();
        registry.counter("execution.outcome", "runtime", result.runtime(), "outcome", outcome).increment();
        Timer.builder("execution.total").tag("runtime", result.runtime()).publishPercentileHistogram().register(registry)
                .record(result.timing().total());
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
