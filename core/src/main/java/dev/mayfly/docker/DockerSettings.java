package dev.mayfly.docker;

import dev.mayfly.image.RegistrySettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// How to reach the engine.
///
/// @param host `unix:///path` or `tcp://host:port`
/// @param callTimeout bound on every call to the engine
/// @param readyTimeout bound from a sandbox's start to its interpreter's word that it waits
/// @param service names this deployment in the labels of its sandboxes
/// @param logins names and passwords for registries, in the form of Docker's `config.json`
public record DockerSettings(URI host, Duration callTimeout, Duration readyTimeout, String service, Path logins) {
    public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

    /// With the logins of Docker's own client.
    public DockerSettings(URI host, Duration callTimeout, Duration readyTimeout, String service) {
        this(host, callTimeout, readyTimeout, service, RegistrySettings.defaultLogins());
    }

    public static DockerSettings defaults() {
        return new DockerSettings(hostFromEnvironment(), Duration.ofSeconds(30), Duration.ofSeconds(30), "mayfly");
    }

    /// Throws `IllegalArgumentException` unless it is one.
    public static URI address(String text) {
        URI address = URI.create(text.strip());
        boolean socket = "unix".equals(address.getScheme()) && address.getPath() != null && !address.getPath().isEmpty();
        boolean tcp = "tcp".equals(address.getScheme()) && address.getHost() != null && address.getPort() > 0;
        if (!socket && !tcp) {
            throw new IllegalArgumentException("an engine's address must be unix:///PATH or tcp://HOST:PORT; got " + text);
        }
        return address;
    }

    private static URI hostFromEnvironment() {
        String host = System.getenv("DOCKER_HOST");
        return host == null || host.isBlank() ? DEFAULT_HOST : URI.create(host);
    }
}
