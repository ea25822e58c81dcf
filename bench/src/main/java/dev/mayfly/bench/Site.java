package dev.mayfly.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What a scenario works with.
///
/// @param engine of the service: `docker` or `oci`, which have bounds of their own
/// @param rounds samples of each latency
/// @param minutes of the soak
record Site(Service service, String engine, Path home, Language python, Language node, int rounds, int minutes, Consumer<String> progress) {
    static final String PYTHON = Service.submission(Map.entry("python", "print(6*7)"));
    static final String ANSWER = "42";

    boolean withoutEngine() {
        return engine.equals("oci");
    }

    List<Language> languages() {
        return List.of(python, node);
    }

    double bound(double docker, double oci) {
        return withoutEngine() ? oci : docker;
    }

    Path floor() {
        return home.resolve("target/floor");
    }
}
