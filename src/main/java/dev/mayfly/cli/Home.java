package dev.mayfly.cli;

import dev.mayfly.oci.OciSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where the installation and the service are; the launcher tells the first, `MAYFLY_URL` the second.
///
/// @param withoutEngine boxes are made by an OCI runtime that is called directly, not by a Docker engine
record Home(Path runtimes, Path lockFolder, boolean withoutEngine, URI service, boolean serviceIsNamed) {
    private static final String LOCAL_SERVICE = "http://127.0.0.1:8080";

    private static final Duration OCI_PATIENCE = Duration.ofSeconds(30);

    static Home find() {
        Optional<String> url = Optional.ofNullable(System.getenv("MAYFLY_URL")).filter(text -> !text.isBlank());
        String runtimes = System.getenv("MAYFLY_RUNTIMES");
        Path home = Path.of(System.getProperty("mayfly.home", "."));
        return new Home(
                runtimes == null ? home.resolve("runtimes") : Path.of(runtimes),
                path("MAYFLY_LOCK_FOLDER", "/run/mayfly"),
                "oci".equalsIgnoreCase(System.getenv("MAYFLY_ENGINE")),
                URI.create(url.orElse(LOCAL_SERVICE).replaceFirst("/$", "")),
                url.isPresent());
    }

    private static Path path(String variable, String otherwise) {
        return Path.of(Optional.ofNullable(System.getenv(variable)).orElse(otherwise));
    }

    OciSettings oci() {
        Path keeper = path("MAYFLY_OCI_KEEPER", Path.of(System.getProperty("mayfly.home", "."), "target/keeper").toString());
        return new OciSettings(
                Optional.ofNullable(System.getenv("MAYFLY_OCI_RUNTIME")).orElse(""),
                keeper,
                path("MAYFLY_OCI_IMAGES", OciSettings.IMAGES.toString()),
                lockFolder.resolve("oci"),
                OCI_PATIENCE,
                OCI_PATIENCE);
    }

    /// The service where one listens; else, unless it was asked for by name, the engine itself. `MAYFLY_URL=none` asks for the engine.
    Runner runner() {
        if (service.toString().equals("none")) {
            return new EmbeddedRunner(this);
        }
        Optional<Runner> running = ServiceRunner.connect(service).map(Runner.class::cast);
        if (running.isEmpty() && serviceIsNamed) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on " + service);
        }
        return running.orElseGet(() -> new EmbeddedRunner(this));
    }
}
