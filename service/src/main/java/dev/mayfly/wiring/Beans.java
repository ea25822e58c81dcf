package dev.mayfly.wiring;

import dev.mayfly.access.AccessFile;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quota;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.Access;
import dev.mayfly.http.BrowserSettings;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.SocketSettings;
import dev.mayfly.kafka.KafkaSettings;
import dev.mayfly.kafka.KafkaSettingsBuilder;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.oci.OciSettingsBuilder;
import dev.mayfly.oci.UserRange;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.Eventually;
import dev.mayfly.webhook.WebhookSettings;
import dev.mayfly.webhook.Webhooks;
import dev.mayfly.wire.Topics;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Builds the parts from the configuration, each once.
public class Beans {
    private static final System.Logger LOG = System.getLogger(Beans.class.getName());
    private static final int IN_HAND_FOR_EACH_SLOT = 4;

    @Produces
    @Singleton
    InstanceLock instance(MayflyConfig config) {
        try {
            return new InstanceLock(config.lockFolder());
        } catch (UncheckedIOException e) {
            throw new SettingException("mayfly.lock-folder must be a folder in which this user may write; got %s (%s)".formatted(config.lockFolder(), e.getCause()), e);
        }
    }

    void release(@Disposes InstanceLock instance) {
        instance.close();
    }

    @Produces
    @Singleton
    SandboxEngine engine(MayflyConfig config, InstanceLock instance) {
        return switch (config.engine().orElseGet(() -> possible(config))) {
            case DOCKER -> docker(config, instance);
            case OCI -> oci(config, instance);
        };
    }

    private static MayflyConfig.Engine possible(MayflyConfig config) {
        try {
            Optional<String> reason = OciEngine.reasonAgainst(settings(config));
            reason.ifPresent(words -> LOG.log(Level.INFO, "engine=docker, as this host does not let Mayfly make sandboxes itself: {0}", words));
            return reason.isPresent() ? MayflyConfig.Engine.DOCKER : MayflyConfig.Engine.OCI;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine was chosen", e);
        }
    }

    private static DockerEngine docker(MayflyConfig config, InstanceLock instance) {
        var docker = config.docker();
        URI host = docker.host().map(DockerSettings::address).orElseGet(Beans::dockerHost);
        return new DockerEngine(new DockerSettings(host, docker.callTimeout(), docker.readyTimeout(), config.service()), instance);
    }

    private static URI dockerHost() {
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).filter(text -> !text.isBlank()).orElse(DockerSettings.DEFAULT_HOST.toString());
        try {
            return DockerSettings.address(host);
        } catch (IllegalArgumentException e) {
            throw new SettingException("DOCKER_HOST must be unix:///PATH or tcp://HOST:PORT; got " + host, e);
        }
    }

    private static OciEngine oci(MayflyConfig config, InstanceLock instance) {
        return new OciEngine(settings(config), instance);
    }

    private static OciSettings settings(MayflyConfig config) {
        var oci = config.oci();
        return OciSettingsBuilder.builder()
                .runtime(oci.runtime().orElse(""))
                .keeper(oci.keeper())
                .images(oci.images())
                .state(config.lockFolder().resolve("oci"))
                .callTimeout(oci.callTimeout())
                .readyTimeout(oci.readyTimeout())
                .users(UserRange.parse(oci.hostUsers()))
                .snapshots(oci.snapshots())
                .build();
    }

    void release(@Disposes SandboxEngine engine) {
        engine.close();
    }

    @Produces
    @Singleton
    WarmPool pool(MayflyConfig config, SandboxEngine engine) {
        var pool = config.pool();
        return new WarmPool(
                engine,
                new PoolSettings(
                        pool.capacity(),
                        pool.memoryMib() << 20,
                        config.execution().maxWaiting(),
                        pool.parallelCreates(),
                        pool.maxIdle()));
    }

    void release(@Disposes WarmPool pool) {
        pool.close();
    }

    @Produces
    @Singleton
    ServedRuntimes runtimes(MayflyConfig config, SandboxEngine engine, WarmPool pool) {
        int min = config.pool().minWarm();
        int max = config.pool().maxWarm();
        if (min > max) {
            throw new SettingException("mayfly.pool.min-warm must be at most mayfly.pool.max-warm; got %d and %d".formatted(min, max));
        }
        return new ServedRuntimes(catalog(config), engine, pool, new WarmBounds(min, max));
    }

    private static RuntimeCatalog catalog(MayflyConfig config) {
        try {
            return RuntimeFolder.read(config.runtimes(), config.defaultRuntimes().orElse(Set.of()));
        } catch (IllegalArgumentException e) {
            throw new SettingException("mayfly.runtimes must be a folder with one folder per language, and mayfly.default-runtimes must name versions in it; got %s (%s)"
                    .formatted(config.runtimes(), e.getMessage()), e);
        }
    }

    @Produces
    @Singleton
    AccessFile accessFile(MayflyConfig config) {
        return new AccessFile(config.access().file());
    }

    @Produces
    @Singleton
    Quotas quotas(MayflyConfig config, AccessFile file) {
        var quota = config.quota();
        var usual = new Quota(quota.ratePerSecond(), quota.concurrency(), quota.cpuPerDay());
        return new Quotas(tenant -> file.content().tenants().getOrDefault(tenant, Quota.NONE).or(usual), InstantSource.system());
    }

    /// Refuses to be built to others without a way to authenticate them.
    @Produces
    @Singleton
    Access access(
            AccessFile file,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean tokens) {
        boolean loopbackOnly = isLoopback(host);
        if (!loopbackOnly && !tokens && file.content().keys().isEmpty()) {
            throw new SettingException(("refusing to listen on %s: without API keys everybody who can reach it could run programs; "
                    + "make one with `mayfly keys create`, or use 127.0.0.1").formatted(host));
        }
        return new Access(file, loopbackOnly, tokens);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingException("quarkus.http.host must be a name or an address of this host; got " + host, e);
        }
    }

    @Produces
    @Singleton
    Dispatcher dispatcher(MayflyConfig config, ServedRuntimes runtimes, WarmPool pool, SandboxEngine engine, ExecutionMetrics metrics, Quotas quotas) {
        return new Dispatcher(runtimes, pool, engine.engine(), metrics, quotas, config.execution().bulkSlots());
    }

    /// What is kept, and who runs it. Opened in the background: the other doors do not wait for a store.
    ///
    /// @param database closed behind them
    record StoreParts(Database database, Webhooks webhooks, AsyncExecutions executions) implements AutoCloseable {
        @Override
        public void close() {
            executions.close();
            webhooks.close();
            database.close();
        }
    }

    @Produces
    @Singleton
    Eventually<StoreParts> parts(MayflyConfig config, Dispatcher dispatcher, HeapBudget heap, Vertx vertx) {
        var store = config.store();
        var async = config.async();
        var settings = AsyncSettingsBuilder.builder()
                .replica(async.replica())
                .slots(async.slots())
                .maxQueued(async.maxQueued())
                .maxBytes(store.maxMib() << 20)
                .minFreeBytes(store.minFreeMib() << 20)
                .retention(store.retention())
                .replicaTimeout(async.replicaTimeout())
                .maxAttempts(async.maxAttempts())
                .build();
        return new Eventually<>(() -> {
            Database database = Database.open(new DatabaseSettings(store.url(), store.user().orElse(""), store.password().orElse("")));
            var webhooks = new Webhooks(database, vertx, webhooks(config));
            boolean made = false;
            try {
                var all = new StoreParts(database, webhooks, AsyncExecutions.open(database, webhooks, dispatcher, heap, settings));
                made = true;
                return all;
            } finally {
                if (!made) {
                    webhooks.close();
                    database.close();
                }
            }
        });
    }

    private static WebhookSettings webhooks(MayflyConfig config) {
        var webhook = config.webhook();
        return new WebhookSettings(webhook.allowedNetworks().orElse(List.of()), webhook.timeout(), webhook.firstRetry(), webhook.giveUpAfter(),
                webhook.secretOverlap(), config.store().retention());
    }

    @Produces
    @Singleton
    Eventually<Webhooks> webhooks(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::webhooks);
    }

    @Produces
    @Singleton
    Eventually<AsyncExecutions> executions(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::executions);
    }

    @Produces
    @Singleton
    KafkaSettings bulkDoor(MayflyConfig config) {
        var kafka = config.kafka();
        return KafkaSettingsBuilder.builder()
                .enabled(kafka.enabled())
                .worker(kafka.worker())
                .topics(new Topics(kafka.topicPrefix()))
                .partitions(kafka.partitions())
                .replication(kafka.replication())
                .maxRecordBytes(kafka.maxRecordMib() << 20)
                .rememberedIds(kafka.rememberedIds())
                .maxAttempts(kafka.maxAttempts())
                .maxInHand(IN_HAND_FOR_EACH_SLOT * config.execution().bulkSlots())
                .drain(config.execution().drain())
                .build();
    }

    @Produces
    @Singleton
    HeapBudget heap(MayflyConfig config) {
        return new HeapBudget(config.execution().patience());
    }

    @Produces
    @Singleton
    SocketSettings sockets(MayflyConfig config, @ConfigProperty(name = "quarkus.websockets-next.server.max-message-size") long maxMessageBytes) {
        return new SocketSettings(config.socket().maxPerTenant(), config.socket().maxPerAddress(), maxMessageBytes, config.execution().stall(), config.socket().maxIdle());
    }

    @Produces
    @Singleton
    DoorSettings door(MayflyConfig config) {
        var execution = config.execution();
        return new DoorSettings(
                execution.maxBodyMib() << 20, execution.patience(), execution.heartbeat(), execution.stall(), config.access().tenantClaim());
    }

    @Produces
    @Singleton
    BrowserSettings browsers(MayflyConfig config) {
        var http = config.http();
        return new BrowserSettings(Set.copyOf(http.allowedOrigins().orElse(List.of())), Set.copyOf(http.allowedHosts().orElse(List.of())));
    }
}
