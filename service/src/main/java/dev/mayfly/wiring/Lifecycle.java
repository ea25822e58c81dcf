package dev.mayfly.wiring;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.Access;
import dev.mayfly.http.ServiceInfo;
import dev.mayfly.kafka.BulkDoor;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Sessions;
import dev.mayfly.store.Eventually;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// Start: reap what a predecessor left, fill the pool. Stop: readiness first, then intake, then the running
/// executions, then the sandboxes.
@Singleton
public class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(5);
    private static final int ENDED_BY_SIGNAL = 128;

    private final MayflyConfig config;
    private final SandboxEngine engine;
    private final WarmPool pool;
    private final ServedRuntimes runtimes;
    private final Dispatcher dispatcher;
    private final BulkDoor bulk;
    private final Sessions sessions;
    private final Eventually<StoreBeans.StoreParts> storeParts;
    private final Draining draining;
    private final HeapUpkeep heap = new HeapUpkeep();
    private @Nullable Thread upkeep;
    private boolean drained;

    public Lifecycle(
            MayflyConfig config, SandboxEngine engine, WarmPool pool, ServedRuntimes runtimes, Dispatcher dispatcher, BulkDoor bulk, Sessions sessions,
            Eventually<StoreBeans.StoreParts> storeParts, Draining draining) {
        this.config = config;
        this.engine = engine;
        this.pool = pool;
        this.runtimes = runtimes;
        this.dispatcher = dispatcher;
        this.bulk = bulk;
        this.sessions = sessions;
        this.storeParts = storeParts;
        this.draining = draining;
    }

    /// @param access is made here at the latest, which is where a service without keys refuses to listen to strangers
    void start(@Observes StartupEvent event, MayflyMetrics metrics, Access access, ServiceInfo info) {
        LOG.log(Level.INFO, access);
        List<String> unknown = Variables.unknown(System.getenv().keySet());
        if (!unknown.isEmpty()) {
            LOG.log(Level.WARNING, "not a setting, and so without effect: {0}", String.join(", ", unknown));
        }
        metrics.bind(pool);
        metrics.bind(draining);
        metrics.bind(sessions);
        metrics.bind(info);
        storeParts.whenMade(parts -> {
            parts.executions().presence().describe(info.release());
            metrics.bind(parts.executions());
            metrics.bind(parts.log());
            metrics.bind(parts.schedules());
            metrics.bind(parts.failures());
        });
        upkeep = Thread.ofVirtual().name("upkeep").start(this::keepUp);
        bulk.open();
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            drainOn("TERM");
            drainOn("INT");
            drainOn("HUP");
        }
    }

    /// Drains while the HTTP door is still open, so that whatever was accepted is answered; only then the framework
    /// stops.
    private void drainOn(String name) {
        Signal.handle(new Signal(name), signal -> Thread.ofPlatform().name("drain").start(() -> {
            try {
                storeParts.ifMade(parts -> parts.executions().presence().drain());
                draining.announce(config.shutdown().delay());
                drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                Quarkus.asyncExit(ENDED_BY_SIGNAL + signal.getNumber());
            }
        }));
    }

    /// Orphans and new images are looked for at once and then again and again; an engine that is away is waited for.
    private void keepUp() {
        try {
            while (true) {
                try {
                    int reaped = engine.reap();
                    if (reaped > 0) {
                        LOG.log(Level.WARNING, "reaped={0} sandboxes without a living owner", reaped);
                    }
                    runtimes.refresh();
                    if (pool.stats().leased() == 0) {
                        heap.whileNothingRuns();
                    }
                } catch (SandboxException e) {
                    RareWarning.ENGINE.warn("upkeep put off: {0}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "upkeep failed", e);
                }
                boolean warming = runtimes.offered().stream().anyMatch(runtime -> runtimes.spec(runtime).isEmpty());
                TimeUnit.MILLISECONDS.sleep(warming ? 500 : config.pool().refreshInterval().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        drain();
    }

    private synchronized void drain() throws InterruptedException {
        if (drained) {
            return;
        }
        drained = true;
        if (upkeep != null) {
            upkeep.interrupt();
        }
        bulk.stopIntake();
        storeParts.close();
        storeParts.ifMade(StoreBeans.StoreParts::stopIntake);
        pool.stopIntake();
        sessions.drain(config.execution().drain());
        bulk.close();
        if (!pool.awaitIdle(config.execution().drain())) {
            dispatcher.cancelAll(Outcome.By.SHUTDOWN);
            sessions.close();
            pool.awaitIdle(AFTER_CANCEL);
        }
        storeParts.ifMade(StoreBeans.StoreParts::close);
        pool.close();
        LOG.log(Level.INFO, "drained; every sandbox is gone");
    }
}
