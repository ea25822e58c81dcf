package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.bench.Bench;
import dev.mayfly.bench.Figure;
import dev.mayfly.bench.Report;
import dev.mayfly.bench.Result;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `mayfly bench`
@Command(
        name = "bench",
        description = "Measure a running service beside the same work without it. Puts load on this machine for several minutes.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    /// The exit code when a figure misses its bound.
    private static final int MISSED = 1;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int PATIENCE_MILLIS = 5000;

    @Option(names = "--rounds", paramLabel = "N", description = "Samples of each latency (default: ${DEFAULT-VALUE})", defaultValue = "200")
    private int rounds;

    @Option(names = "--json", description = "Print JSON instead of a table")
    private boolean json;

    @Option(names = "--only", paramLabel = "SCENARIO", split = ",", description = "Run only these scenarios (default: all of them)")
    private List<String> only = List.of();

    @Option(names = "--minutes", paramLabel = "N", description = "How long the soak lasts (default: ${DEFAULT-VALUE})", defaultValue = "1")
    private int minutes;

    @Option(names = "--report", paramLabel = "FILE", description = "Also write an HTML page with plots")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Bench.scenarios().containsAll(only)) {
            throw new CliException(CliException.WRONG_USE, "--only must be one of " + String.join(", ", Bench.scenarios()));
        }
        Home home = Home.find();
        requireListener(home.service());
        var bench = new Bench(home.service(), home.apiKey(), Path.of(System.getProperty("mayfly.home", ".")), rounds, minutes);
        String machine = bench.machine();
        Map<String, Result> results = bench.run(only.isEmpty() ? List.copyOf(Bench.scenarios()) : only, step -> System.err.println("bench: " + step));
        if (report != null) {
            Files.writeString(report, Report.html(machine, results));
        }
        List<Figure> figures = results.values().stream().map(Result::figures).flatMap(List::stream).toList();
        if (json) {
            printJson(machine, figures);
        } else {
            print(machine, figures);
        }
        return figures.stream().allMatch(Figure::reached) ? 0 : MISSED;
    }

    private static void requireListener(URI service) {
        int port = service.getPort() > 0 ? service.getPort() : "https".equals(service.getScheme()) ? HTTPS : HTTP;
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(service.getHost(), port), PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on %s; ./mayfly up starts a service, MAYFLY_URL names yours".formatted(service));
        }
    }

    private static void print(String machine, List<Figure> figures) {
        System.out.println(machine + "\n");
        System.out.println("| figure | measured | baseline, same run | ratio | bound | reached |\n|---|---|---|---|---|---|");
        for (Figure figure : figures) {
            System.out.printf("| %s | %s | %s | %s | %s | %s |%n",
                    figure.name(), figure.measured(), figure.baseline(), figure.ratioText(), figure.bound(), figure.reached() ? "yes" : "no");
        }
    }

    private static void printJson(String machine, List<Figure> figures) throws JsonProcessingException {
        System.out.println(Json.STRICT.writeValueAsString(Map.of("machine", machine, "figures", figures)));
    }
}
