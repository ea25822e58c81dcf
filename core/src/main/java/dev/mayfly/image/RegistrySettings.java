package dev.mayfly.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How to reach registries.
///
/// @param logins a file in the form of Docker's `config.json`: names and passwords by registry
/// @param authorities PEM file with certificates of authorities that are trusted beside the usual ones
/// @param timeout bound on each answer of a registry, and on each pause within one
public record RegistrySettings(Path logins, Optional<Path> authorities, Duration timeout) {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    public RegistrySettings(Path logins, Optional<Path> authorities) {
        this(logins, authorities, TIMEOUT);
    }

    /// The logins of Docker's own client, and the usual authorities.
    public static RegistrySettings usual() {
        return new RegistrySettings(defaultLogins(), Optional.empty());
    }

    /// Where Docker's own client has it.
    public static Path defaultLogins() {
        String folder = System.getenv("DOCKER_CONFIG");
        Path home = Path.of(System.getProperty("user.home", "/root"), ".docker");
        return (folder == null || folder.isBlank() ? home : Path.of(folder)).resolve("config.json");
    }
}
