package dev.mayfly.wiring;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.FunctionLog;
import dev.mayfly.async.Presence;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.failure.FailureCalls;
import dev.mayfly.http.ServiceInfo;
import dev.mayfly.pool.PoolStats;
import dev.mayfly.pool.Retirement;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.schedule.DueTime;
import dev.mayfly.schedule.Schedules;
import dev.mayfly.session.Sessions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/// Every meter of the service but the bulk door's. Tags come from enums, from the runtimes on offer
/// and from a bounded number of functions only.
@Singleton
public class MayflyMetrics implements ExecutionMetrics {
    /// From a warm sandbox to the longest patience.
    private static final Duration[] WAITS = millis(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

    /// From a print to the ceiling of wall time.
    private static final Duration[] RUNS = millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000, 300_000);

    private final MeterRegistry registry;
    private final FunctionMetrics functions;

    public MayflyMetrics(MeterRegistry registry, MayflyConfig config) {
        this.registry = registry;
        functions = new FunctionMetrics(registry, config.functions().metered(), System::nanoTime);
    }

    private static Duration[] millis(long... buckets) {
        return LongStream.of(buckets).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    /// Binds the pool's own numbers; once, at start.
    void bind(WarmPool pool) {
        gauge(pool, "mayfly.sandbox.pool.capacity", "Sandboxes that may be alive at the same time", PoolStats::capacity);
        gauge(pool, "mayfly.sandbox.pool.alive", "Sandboxes that are being made, are warm, are leased or are being destroyed", PoolStats::alive);
        gauge(pool, "mayfly.sandbox.pool.ready", "Warm sandboxes: ready for a program", PoolStats::ready);
        gauge(pool, "mayfly.sandbox.pool.leased", "Sandboxes in which a program runs", PoolStats::leased);
        gauge(pool, "mayfly.sandbox.pool.waiting", "Callers that wait for a sandbox", PoolStats::waiting);
        gauge(pool, "mayfly.sandbox.pool.utilization", "Leased sandboxes and waiting callers, divided by the capacity", MayflyMetrics::utilization);
        gauge(pool, "mayfly.engine.up", "1 while the engine that makes the sandboxes answers", stats -> stats.engineDown() ? 0 : 1);
        counter(pool, "mayfly.sandbox.created", "Sandboxes that were made", PoolStats::created);
        counter(pool, "mayfly.sandbox.create.failures", "Sandboxes that could not be made", PoolStats::createFailures);
        for (Retirement reason : Retirement.values()) {
            FunctionCounter.builder("mayfly.sandbox.destroyed", pool, p -> p.stats().destroyed().getOrDefault(reason, 0L))
                    .description("Sandboxes that were destroyed, by the reason")
                    .tag("reason", name(reason))
                    .register(registry);
        }
    }

    private static double utilization(PoolStats stats) {
        return (double) (stats.leased() + stats.waiting()) / stats.capacity();
    }

    /// Binds what runs here; once, at start.
    void bind(ServiceInfo info) {
        Gauge.builder("mayfly.release", () -> 1).description("1; its labels are what runs here").tags("version", info.version(), "image", info.imageName(), "engine", info.engine()).register(registry);
    }

    /// Binds whether this service is about to stop; once, at start.
    void bind(Draining draining) {
        Gauge.builder("mayfly.draining", draining, d -> d.isBegun() ? 1 : 0).description("1 while this replica is about to stop: it is not ready, and ends what it has accepted").register(registry);
    }

    /// Binds how many sessions there are; once, at start.
    void bind(Sessions sessions) {
        Gauge.builder("mayfly.sessions", sessions, Sessions::count).description("Sessions that are open on this replica; each holds a sandbox").register(registry);
    }

    /// Binds the numbers of what is kept; once, when the store is open.
    void bind(AsyncExecutions executions) {
        Gauge.builder("mayfly.async.queued", executions, AsyncExecutions::queued).description("Queued asynchronous executions, over all replicas").register(registry);
        Gauge.builder("mayfly.async.queued.unmet", executions, AsyncExecutions::unmet).description("Queued asynchronous executions that this replica cannot run").register(registry);
        Gauge.builder("mayfly.async.running", executions, AsyncExecutions::running).description("Asynchronous executions that run on this replica").register(registry);
        Gauge.builder("mayfly.replicas", executions.presence(), Presence::alive).description("Replicas that share this store and are alive, this one included").register(registry);
        Gauge.builder("mayfly.store.utilization", executions, AsyncExecutions::storeUtilization).description("The store's size, divided by the size above which nothing new is accepted").register(registry);
        FunctionCounter.builder("mayfly.async.accepted", executions, AsyncExecutions::accepted).description("Asynchronous executions that this replica has accepted").register(registry);
        FunctionCounter.builder("mayfly.async.attempts", executions, AsyncExecutions::attempts).description("Attempts at asynchronous executions that this replica has started").register(registry);
    }

    /// Binds what functions' logs lack; once, when the store is open.
    void bind(FunctionLog log) {
        FunctionCounter.builder("mayfly.functions.unlogged", log, FunctionLog::leftOut)
                .description("Executions of functions that are missing in their logs: their callers waited for them, and the store was full or too slow").register(registry);
    }

    /// Binds what comes of functions that fail; once, when the store is open.
    void bind(FailureCalls failures) {
        FunctionCounter.builder("mayfly.functions.failures.unanswered", failures, FailureCalls::dropped)
                .description("Failures of functions for which the function that their definition names could not be run").register(registry);
    }

    /// Binds what comes due; once, when the store is open.
    void bind(Schedules schedules) {
        FunctionCounter.builder("mayfly.schedules.run", schedules, Schedules::run).description("Due times of functions that this replica has run").register(registry);
        for (DueTime.Skipped why : DueTime.Skipped.values()) {
            FunctionCounter.builder("mayfly.schedules.skipped", schedules, all -> all.skipped(why)).tag("reason", why.wireName())
                    .description("Due times of functions that this replica has skipped").register(registry);
        }
        TimeGauge.builder("mayfly.schedules.lateness", schedules, TimeUnit.MILLISECONDS, all -> all.lateness().toMillis())
                .description("How overdue the most overdue schedule was at this replica's last look").register(registry);
    }

    private void gauge(WarmPool pool, String name, String description, ToDoubleFunction<PoolStats> value) {
        Gauge.builder(name, pool, p -> value.applyAsDouble(p.stats())).description(description).register(registry);
    }

    private void counter(WarmPool pool, String name, String description, ToDoubleFunction<PoolStats> value) {
        FunctionCounter.builder(name, pool, p -> value.applyAsDouble(p.stats())).description(description).register(registry);
    }

    @Override
    public void leased(String runtime, Duration wait, boolean warm) {
        Timer.builder("mayfly.sandbox.lease.wait")
                .description("How long executions waited for their sandbox")
                .tags("runtime", runtime, "start", warm ? "warm" : "cold")
                .serviceLevelObjectives(WAITS)
                .register(registry)
                .record(wait);
    }

    @Override
    public void rejected(RejectedException.Kind kind) {
        Counter.builder("mayfly.execution.rejected").description("Submissions that were refused, by the reason").tag("kind", name(kind)).register(registry).increment();
    }

    @Override
    public void ended(Submission submission, ExecutionResult result) {
        String outcome = result.outcome().getClass().getSimpleName();
        Counter.builder("mayfly.execution.outcome").description("Executions that have ended, by their outcome").tags("runtime", result.runtime(), "outcome", outcome)
                .register(registry).increment();
        Timer.builder("mayfly.execution.total").description("How long executions took from their admission to their end").tag("runtime", result.runtime())
                .serviceLevelObjectives(RUNS).register(registry)
                .record(result.timing().total());
        submission.invocation().ifPresent(invocation -> functions.ended(submission.tenant(), invocation.function(), result.outcome(), result.timing().total()));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
