package dev.mayfly.wiring;

import dev.mayfly.access.AccessFile;
import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.Quota;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.Access;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.HeapBudget;
import dev.mayfly.kafka.KafkaSettings;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.pool.WarmTarget;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxFactory;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Builds the parts from the configuration, each once.
public class Beans {
    private static final int IN_HAND_FOR_EACH_SLOT = 4;

    @Produces
    @Singleton
    InstanceLock instance(MayflyConfig config) {
        return new InstanceLock(config.lockFolder());
    }

    void release(@Disposes InstanceLock instance) {
        instance.close();
    }

    @Produces
    @Singleton
    SandboxFactory engine(MayflyConfig config, InstanceLock instance) {
        return switch (config.engine()) {
            case DOCKER -> docker(config, instance);
            case OCI -> oci(config, instance);
        };
    }

    private static DockerEngine docker(MayflyConfig config, InstanceLock instance) {
        var docker = config.docker();
        URI host = docker.host().map(URI::create).orElse(DockerSettings.defaults().host());
        return new DockerEngine(new DockerSettings(host, docker.callTimeout(), docker.readyTimeout(), config.service()), instance);
    }

    private static OciEngine oci(MayflyConfig config, InstanceLock instance) {
        var oci = config.oci();
        var settings = new OciSettings(
                oci.runtime().orElse(""), oci.keeper(), oci.images(), config.lockFolder().resolve("oci"), oci.callTimeout(), oci.readyTimeout());
        return new OciEngine(settings, instance);
    }

    void release(@Disposes SandboxFactory engine) {
        engine.close();
    }

    @Produces
    @Singleton
    WarmPool pool(MayflyConfig config, SandboxFactory engine) {
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
    ServedRuntimes runtimes(MayflyConfig config, SandboxFactory engine, WarmPool pool) {
        var target = new WarmTarget(config.pool().minWarm(), config.pool().maxWarm());
        return new ServedRuntimes(RuntimeFolder.read(config.runtimes()), engine, pool, target);
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

    /// Refuses to be built for strangers' eyes without a way to tell who they are.
    @Produces
    @Singleton
    Access access(
            AccessFile file,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean tokens) throws UnknownHostException {
        boolean loopbackOnly = InetAddress.getByName(host).isLoopbackAddress();
        if (!loopbackOnly && !tokens && file.content().keys().isEmpty()) {
            throw new IllegalStateException(("refusing to listen on %s: without API keys everybody who reaches it could run code; "
                    + "make one with `mayfly keys create`, or use 127.0.0.1").formatted(host));
        }
        return new Access(file, loopbackOnly, tokens);
    }

    @Produces
    @Singleton
    Dispatcher dispatcher(MayflyConfig config, ServedRuntimes runtimes, WarmPool pool, SandboxFactory engine, ExecutionMetrics metrics, Quotas quotas) {
        return new Dispatcher(runtimes, pool, engine.engine(), metrics, quotas, config.execution().bulkSlots());
    }

    @Produces
    @Singleton
    KafkaSettings bulkDoor(MayflyConfig config) {
        var kafka = config.kafka();
        return new KafkaSettings(
                kafka.enabled(),
                kafka.worker(),
                new KafkaSettings.Topics(kafka.topicPrefix()),
                kafka.partitions(),
                kafka.replication(),
                kafka.maxRecordMib() << 20,
                kafka.rememberedIds(),
                kafka.maxAttempts(),
                IN_HAND_FOR_EACH_SLOT * config.execution().bulkSlots(),
                config.execution().drain());
    }

    @Produces
    @Singleton
    HeapBudget heap(MayflyConfig config) {
        return new HeapBudget(config.execution().patience());
    }

    @Produces
    @Singleton
    DoorSettings door(MayflyConfig config) {
        var execution = config.execution();
        return new DoorSettings(
                execution.maxBodyMib() << 20, execution.patience(), execution.heartbeat(), execution.stall(), config.access().tenantClaim());
    }
}
