package dev.mayfly.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The figures of the README. Each is measured beside its baseline in one run: one sample of each in turn, so that a
/// noisy neighbour or a throttled core hits both.
public final class Bench {
    private static final int WARM_UP = 40;

    /// The JVM compiles while it is new, which is a tenth of the machine's work then and a hundredth after a minute.
    /// Baselines have no such time.
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Set<String> WARMED_UP = Set.of("latency", "saturation");
    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("latency", new Latency());
        SCENARIOS.put("saturation", new Saturation());
        SCENARIOS.put("restored", new Restored());
        SCENARIOS.put("burst", new Burst());
        SCENARIOS.put("fairness", new Fairness());
        SCENARIOS.put("streaming", new Streaming());
        SCENARIOS.put("command", new CommandLine());
        SCENARIOS.put("start", new StartUp());
        SCENARIOS.put("density", new Density());
        SCENARIOS.put("rest", new Rest());
        SCENARIOS.put("soak", new Soak());
    }

    private final Service service;
    private final Path home;
    private final int rounds;
    private final int minutes;

    /// @param apiKey what the service asks for, if anything
    /// @param rounds samples of each latency
    /// @param minutes of the soak
    public Bench(URI service, Optional<String> apiKey, Path home, int rounds, int minutes) {
        this.service = new Service(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), service, apiKey);
        this.home = home;
        this.rounds = rounds;
        this.minutes = minutes;
    }

    public static Set<String> scenarios() {
        return SCENARIOS.keySet();
    }

    /// What the figures are measured on, and with which engine.
    public String machine() throws IOException, InterruptedException {
        return "engine %s, %s".formatted(service.engine(), Machine.description());
    }

    /// @param names of scenarios; each must be one of them
    public Map<String, Result> run(List<String> names, Consumer<String> progress) throws IOException, InterruptedException {
        var site = new Site(service, service.engine(), home, Language.python(), Language.node(home), rounds, minutes, progress);
        progress.accept("warming up");
        for (int i = 0; i < Math.min(WARM_UP, rounds); i++) {
            service.awaitRest();
            for (Language language : site.languages()) {
                service.run(language.submission(), Site.ANSWER);
                service.firstOutputNanos(language.submission());
            }
        }
        if (rounds >= WARM_UP && !Collections.disjoint(WARMED_UP, names)) {
            for (Language language : site.languages()) {
                LoadClients.closed(service, language, LoadClients.BUSY, WARM_UP_NANOS / site.languages().size());
            }
        }
        Map<String, Result> results = new LinkedHashMap<>();
        for (String name : names) {
            Scenario scenario = SCENARIOS.get(name);
            if (scenario == null) {
                throw new IllegalArgumentException("there is no scenario %s; there are %s".formatted(name, String.join(", ", scenarios())));
            }
            results.put(name, scenario.run(site));
        }
        return results;
    }
}
