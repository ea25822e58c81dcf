package dev.mayfly.wiring;

import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.oci.OciSettingsBuilder;
import dev.mayfly.oci.UserRange;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.secret.StoredSecrets;
import dev.mayfly.trace.Traces;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds from the configuration, each once, what makes sandboxes and runs programs in them.
public class Beans {
    private static final System.Logger LOG = System.getLogger(Beans.class.getName());

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
        Optional<String> reason = reasonAgainstOci(config);
        reason.ifPresent(words -> LOG.log(Level.INFO, "engine=docker, as this host does not let Mayfly make sandboxes itself: {0}", words));
        return reason.isPresent() ? MayflyConfig.Engine.DOCKER : MayflyConfig.Engine.OCI;
    }

    private static Optional<String> reasonAgainstOci(MayflyConfig config) {
        try {
            return OciEngine.reasonAgainst(settings(config));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine was chosen", e);
        }
    }

    private static DockerEngine docker(MayflyConfig config, InstanceLock instance) {
        var docker = config.docker();
        URI host = docker.host().map(DockerSettings::address).orElseGet(Beans::dockerHost);
        return new DockerEngine(new DockerSettings(host, docker.callTimeout(), docker.readyTimeout(), config.service(), registries(config).logins()), instance);
    }

    private static URI dockerHost() {
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).filter(text -> !text.isBlank()).orElse(DockerSettings.DEFAULT_HOST.toString());
        try {
            return DockerSettings.address(host);
        } catch (IllegalArgumentException e) {
            throw new SettingException("DOCKER_HOST must be unix:///PATH or tcp://HOST:PORT; got " + host, e);
        }
    }

    /// Where it was asked for and the host does not allow it, no sandbox will ever start: the log says why once.
    private static OciEngine oci(MayflyConfig config, InstanceLock instance) {
        if (config.engine().isPresent() && config.oci().runtime().isEmpty()) {
            reasonAgainstOci(config).ifPresent(words -> LOG.log(Level.ERROR, "engine=oci, and this host does not let Mayfly make sandboxes: {0}", words));
        }
        return new OciEngine(settings(config), instance);
    }

    private static OciSettings settings(MayflyConfig config) {
        var oci = config.oci();
        return OciSettingsBuilder.builder()
                .runtime(oci.runtime().orElse(""))
                .keeper(oci.keeper())
                .images(oci.images())
                .bundledImages(oci.bundledImages())
                .state(config.lockFolder().resolve("oci"))
                .callTimeout(oci.callTimeout())
                .readyTimeout(oci.readyTimeout())
                .users(UserRange.parse(oci.hostUsers()))
                .snapshots(oci.snapshots())
                .registries(registries(config))
                .build();
    }

    private static RegistrySettings registries(MayflyConfig config) {
        var registry = config.registry();
        return new RegistrySettings(registry.logins().orElseGet(RegistrySettings::defaultLogins), registry.authorities());
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
    ServedRuntimes runtimes(MayflyConfig config, RuntimeSource source, SandboxEngine engine, WarmPool pool) {
        int min = config.pool().minWarm();
        int max = config.pool().maxWarm();
        if (min > max) {
            throw new SettingException("mayfly.pool.min-warm must be at most mayfly.pool.max-warm; got %d and %d".formatted(min, max));
        }
        return new ServedRuntimes(source, engine, pool, new WarmBounds(min, max));
    }

    @Produces
    @Singleton
    BuiltRuntimes built(MayflyConfig config) {
        return new BuiltRuntimes(config.builtRuntimes());
    }

    @Produces
    @Singleton
    RuntimeSource source(MayflyConfig config, BuiltRuntimes built) {
        var source = new RuntimeSource(config.runtimes(), config.defaultRuntimes().orElse(Set.of()), images(config), built);
        try {
            source.get();
        } catch (IllegalArgumentException e) {
            throw wrongRuntimes(config, e);
        }
        return source;
    }

    private static Map<String, String> images(MayflyConfig config) {
        try {
            return RuntimeFolder.images(config.runtimeImages().orElse(Set.of()));
        } catch (IllegalArgumentException e) {
            throw wrongRuntimes(config, e);
        }
    }

    private static SettingException wrongRuntimes(MayflyConfig config, IllegalArgumentException e) {
        return new SettingException("mayfly.runtimes must be a folder with one folder per language, and mayfly.default-runtimes and mayfly.runtime-images must name versions in it; got %s (%s)"
                .formatted(config.runtimes(), e.getMessage()), e);
    }

    @Produces
    @Singleton
    Dispatcher dispatcher(MayflyConfig config, ServedRuntimes runtimes, WarmPool pool, SandboxEngine engine, ExecutionMetrics metrics, Traces traces, Quotas quotas, StoredSecrets secrets) {
        return new Dispatcher(runtimes, pool, engine.engine(), traces.beside(metrics), quotas, secrets, config.execution().bulkSlots());
    }

    @Produces
    @Singleton
    HeapBudget heap(MayflyConfig config) {
        return new HeapBudget(config.execution().patience());
    }
}
