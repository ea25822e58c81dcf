package dev.mayfly.cli;

import dev.mayfly.access.AccessFile;
import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.oci.UserRange;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where the installation and the service are; the launcher tells the first, `MAYFLY_URL` the second.
///
/// @param apiKey what a service asks for, from `MAYFLY_API_KEY`
/// @param withoutEngine boxes are made by an OCI runtime that is called directly, not by a Docker engine
record Home(Path runtimes, Path lockFolder, boolean withoutEngine, String serviceUrl, boolean serviceIsNamed, Optional<String> apiKey) {
    private static final String LOCAL_SERVICE = "http://127.0.0.1:8080";
    private static final String NO_SERVICE = "none";

    private static final Duration OCI_PATIENCE = Duration.ofSeconds(30);

    static Home find() {
        Optional<String> url = Optional.ofNullable(System.getenv("MAYFLY_URL")).filter(text -> !text.isBlank());
        String runtimes = System.getenv("MAYFLY_RUNTIMES");
        Path home = Path.of(System.getProperty("mayfly.home", "."));
        return new Home(
                runtimes == null ? home.resolve("runtimes") : Path.of(runtimes),
                path("MAYFLY_LOCK_FOLDER", "/run/mayfly"),
                "oci".equalsIgnoreCase(System.getenv("MAYFLY_ENGINE")),
                url.orElse(LOCAL_SERVICE).replaceFirst("/$", ""),
                url.isPresent(),
                Optional.ofNullable(System.getenv("MAYFLY_API_KEY")).filter(text -> !text.isBlank()));
    }

    AccessFile accessFile() {
        return new AccessFile(path("MAYFLY_ACCESS_FILE", AccessFile.PATH.toString()));
    }

    URI service() {
        try {
            var address = new URI(serviceUrl);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (web && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new CliException(CliException.WRONG_USE, "MAYFLY_URL is http://HOST:PORT or https://HOST:PORT of a service, or none; it says " + serviceUrl);
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
                OCI_PATIENCE,
                Optional.ofNullable(System.getenv("MAYFLY_OCI_HOST_USERS")).map(UserRange::parse).orElse(UserRange.DEFAULT),
                !"false".equalsIgnoreCase(System.getenv("MAYFLY_OCI_SNAPSHOTS")));
    }

    /// The OCI runtime that was chosen for it; empty where the engine decides.
    String ociRuntime() {
        return withoutEngine ? oci().runtime() : "";
    }

    /// This machine's own engine, without a service.
    SandboxFactory engine(InstanceLock instance) {
        return withoutEngine ? new OciEngine(oci(), instance) : new DockerEngine(DockerSettings.defaults(), instance);
    }

    /// The service where one listens; else, unless it was asked for by name, the engine itself. `MAYFLY_URL=none` asks for the engine.
    Runner runner() {
        if (serviceUrl.equals(NO_SERVICE)) {
            return new EmbeddedRunner(this);
        }
        Optional<Runner> running = ServiceRunner.connect(service(), apiKey).map(Runner.class::cast);
        if (running.isEmpty() && serviceIsNamed) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on " + serviceUrl);
        }
        return running.orElseGet(() -> new EmbeddedRunner(this));
    }
}
