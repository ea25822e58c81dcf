package dev.mayfly.docker;

import java.net.URI;
import java.time.Duration;

/// How to reach the engine.
///
/// @param host `unix:///path` or `tcp://host:port`
/// @param callTimeout bound on every call to the engine
/// @param readyTimeout bound from a box's start to its interpreter's word that it waits
/// @param service names this deployment in the labels of its boxes
public record DockerSettings(URI host, Duration callTimeout, Duration readyTimeout, String service) {
    public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

    public static DockerSettings defaults() {
        return new DockerSettings(hostFromEnvironment(), Duration.ofSeconds(30), Duration.ofSeconds(30), "mayfly");
    }

    private static URI hostFromEnvironment() {
        String host = System.getenv("DOCKER_HOST");
        return host == null || host.isBlank() ? DEFAULT_HOST : URI.create(host);
    }
}
