package dev.mayfly.wiring;

import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.DoorSettings;
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
import java.net.URI;

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
    Dispatcher dispatcher(MayflyConfig config, ServedRuntimes runtimes, WarmPool pool, SandboxFactory engine, ExecutionMetrics metrics) {
        return new Dispatcher(runtimes, pool, engine.engine(), metrics, config.execution().bulkSlots());
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
    DoorSettings door(MayflyConfig config) {
        return new DoorSettings(config.execution().maxBodyMib() << 20, config.execution().patience(), config.execution().heartbeat());
    }
}
