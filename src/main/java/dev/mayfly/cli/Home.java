package dev.mayfly.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Where the installation and the service are; the launcher tells the first, `MAYFLY_URL` the second.
record Home(Path runtimes, Path lockFolder, URI service, boolean serviceIsNamed) {
    private static final String LOCAL_SERVICE = "http://127.0.0.1:8080";

    static Home find() {
        Optional<String> url = Optional.ofNullable(System.getenv("MAYFLY_URL")).filter(text -> !text.isBlank());
        String runtimes = System.getenv("MAYFLY_RUNTIMES");
        Path home = Path.of(System.getProperty("mayfly.home", "."));
        return new Home(
                runtimes == null ? home.resolve("runtimes") : Path.of(runtimes),
                Path.of(Optional.ofNullable(System.getenv("MAYFLY_LOCK_FOLDER")).orElse("/run/mayfly")),
                URI.create(url.orElse(LOCAL_SERVICE).replaceFirst("/$", "")),
                url.isPresent());
    }

    /// The service where one listens; else, unless it was asked for by name, the engine itself. `MAYFLY_URL=none` asks for the engine.
    Runner runner() {
        if (service.toString().equals("none")) {
            return new EmbeddedRunner(runtimes, lockFolder);
        }
        Optional<Runner> running = ServiceRunner.connect(service).map(Runner.class::cast);
        if (running.isEmpty() && serviceIsNamed) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on " + service);
        }
        return running.orElseGet(() -> new EmbeddedRunner(runtimes, lockFolder));
    }
}
