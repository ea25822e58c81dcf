package dev.mayfly.testing;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.SecretSource;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import java.time.Duration;

/// A dispatcher over an engine in memory.
public final class FakeService implements AutoCloseable {
    private final FakeEngine engine = new FakeEngine();
    private final WarmPool pool = new WarmPool(engine, new PoolSettings(8, 64L << 30, 64, 4, Duration.ofMinutes(1)));
    private final Dispatcher dispatcher;

    public FakeService(Quotas quotas) throws Exception {
        this(quotas, TestEngine.RUNTIMES);
    }

    public FakeService(SecretSource secrets) throws Exception {
        this(Quotas.none(), TestEngine.RUNTIMES, secrets);
    }

    public FakeService(Quotas quotas, RuntimeCatalog catalog) throws Exception {
        this(quotas, catalog, SecretSource.NONE);
    }

    private FakeService(Quotas quotas, RuntimeCatalog catalog, SecretSource secrets) throws Exception {
        var runtimes = new ServedRuntimes(catalog, engine, pool, new WarmBounds(1, 4));
        for (LanguageRuntime runtime : catalog.all()) {
            runtimes.trust(runtime);
        }
        dispatcher = new Dispatcher(runtimes, pool, "fake", ExecutionMetrics.NONE, quotas, secrets, 4);
    }

    public FakeEngine engine() {
        return engine;
    }

    public WarmPool pool() {
        return pool;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    @Override
    public void close() {
        pool.close();
    }
}
