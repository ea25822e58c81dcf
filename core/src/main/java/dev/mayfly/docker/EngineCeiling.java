package dev.mayfly.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/// What the engine can do by itself: containers created, started, killed and removed a second, with nothing of ours
/// inside.
public final class EngineCeiling {
    private EngineCeiling() {}

    /// Lives per second over the given time, with so many in parallel.
    public static double livesPerSecond(String image, int parallel, long nanos) throws InterruptedException {
        var settings = DockerSettings.defaults();
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(settings.host().toString()).build();
        var http = new ZerodepDockerHttpClient.Builder().dockerHost(settings.host()).maxConnections(parallel * 2).build();
        try (DockerClient client = DockerClientImpl.getInstance(config, http)) {
            var lives = new AtomicInteger();
            long start = System.nanoTime();
            Thread[] workers = new Thread[parallel];
            for (int i = 0; i < parallel; i++) {
                workers[i] = Thread.startVirtualThread(() -> {
                    while (System.nanoTime() - start < nanos) {
                        live(client, image);
                        lives.incrementAndGet();
                    }
                });
            }
            for (Thread worker : workers) {
                worker.join();
            }
            return lives.get() * 1e9 / (System.nanoTime() - start);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void live(DockerClient client, String image) {
        String id = client.createContainerCmd(image)
                .withCmd("sleep", "60")
                .withNetworkDisabled(true)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
        client.killContainerCmd(id).exec();
        client.removeContainerCmd(id).withForce(true).exec();
    }
}
