package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.bench.Bench;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `mayfly bench`
@Command(
        name = "bench",
        description = "Measure a running service beside the same work without it; a few minutes of load on this machine.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--rounds", paramLabel = "N", description = "Samples of each latency (default: ${DEFAULT-VALUE})", defaultValue = "200")
    private int rounds;

    @Option(names = "--json", description = "Print JSON instead of a table")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String machine = Bench.machine();
        var bench = new Bench(Home.find().service(), Path.of(System.getProperty("mayfly.home", ".")), rounds);
        List<Bench.Figure> figures = bench.run(step -> System.err.println("bench: " + step));
        if (json) {
            printJson(machine, figures);
        } else {
            print(machine, figures);
        }
        return 0;
    }

    private static void print(String machine, List<Bench.Figure> figures) {
        System.out.println(machine + "\n");
        System.out.println("| figure | measured | baseline, same run | ratio | bound | reached |\n|---|---|---|---|---|---|");
        for (Bench.Figure figure : figures) {
            String ratio = figure.baseline().equals("–") ? "–" : "%.2f".formatted(figure.ratio());
            System.out.printf("| %s | %s | %s | %s | %s | %s |%n",
                    figure.name(), figure.measured(), figure.baseline(), ratio, figure.bound(), figure.reached() ? "yes" : "no");
        }
    }

    private static void printJson(String machine, List<Bench.Figure> figures) throws JsonProcessingException {
        System.out.println(Json.STRICT.writeValueAsString(Map.of("machine", machine, "figures", figures)));
    }
}
