package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.wire.Encoding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly functions logs`
@Command(name = "logs", description = "Print a function's executions, the oldest first: when, id, version, trigger, how it ended, how long it took.", mixinStandardHelpOptions = true)
final class FunctionLogsCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST = 200;

    @Parameters(paramLabel = "NAME", description = "The function")
    private String function = "";

    @Option(names = {"-f", "--follow"}, description = "Also print new executions, until it is interrupted")
    private boolean follow;

    @Option(names = {"-n", "--last"}, paramLabel = "COUNT", defaultValue = "20", description = "How many of the last ones, at most 200 (default: ${DEFAULT-VALUE})")
    private int last = 20;

    @Option(names = {"-o", "--output"}, description = "Print what each has written, too")
    private boolean output;

    @Option(names = "--json", description = "One line of JSON for each")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (last < 1 || last > MOST) {
            throw new CliException(CliException.WRONG_USE, "--last must be between 1 and %d; got %d".formatted(MOST, last));
        }
        try (var http = new ServiceHttp(Home.find())) {
            List<JsonNode> newest = newest(http);
            if (newest.isEmpty()) {
                http.get(path() + "?limit=1"); // the service refuses this for a function that does not exist
            }
            print(http, newest.subList(Math.max(0, newest.size() - last), newest.size()));
            while (follow) {
                Set<String> known = ids(newest);
                Thread.sleep(PAUSE);
                newest = newest(http);
                print(http, newest.stream().filter(execution -> !known.contains(id(execution))).toList());
            }
            return 0;
        }
    }

    private String path() {
        return FunctionsCommand.path(function) + "/executions";
    }

    /// Those that have ended, in the order in which they came.
    private List<JsonNode> newest(ServiceHttp http) throws InterruptedException {
        List<JsonNode> executions = new ArrayList<>();
        http.get("%s?state=finished&limit=%d".formatted(path(), MOST)).path("executions").forEach(executions::add);
        Collections.reverse(executions);
        return executions;
    }

    private static Set<String> ids(List<JsonNode> executions) {
        return executions.stream().map(FunctionLogsCommand::id).collect(Collectors.toSet());
    }

    private static String id(JsonNode execution) {
        return execution.path("id").asText();
    }

    private void print(ServiceHttp http, List<JsonNode> executions) throws InterruptedException {
        for (JsonNode execution : executions) {
            print(http, execution);
        }
        System.out.flush();
    }

    private void print(ServiceHttp http, JsonNode execution) throws InterruptedException {
        String id = id(execution);
        Optional<JsonNode> whole = output ? http.find("/v1/executions/" + id) : Optional.empty();
        if (json) {
            System.out.println(whole.orElse(execution));
            return;
        }
        JsonNode outcome = execution.path("outcome");
        System.out.printf("%s %s @%d %s %s %d ms%n", FunctionsCommand.seconds(execution.path("acceptedAt").asText()), id, execution.path("function").path("version").asInt(),
                execution.path("function").path("trigger").asText(), ending(outcome), millis(execution));
        whole.ifPresent(result -> {
            print(result, "stdout");
            print(result, "stderr");
        });
    }

    private static String ending(JsonNode outcome) {
        String kind = outcome.path("kind").asText();
        if (outcome.has("reason")) {
            return "%s (%s)".formatted(kind, outcome.path("reason").asText());
        }
        return outcome.has("exitCode") ? "%s %d".formatted(kind, outcome.path("exitCode").asInt()) : kind;
    }

    private static long millis(JsonNode execution) {
        return Duration.between(Instant.parse(execution.path("acceptedAt").asText()), Instant.parse(execution.path("finishedAt").asText())).toMillis();
    }

    private static void print(JsonNode result, String stream) {
        byte[] bytes = Encoding.byName(result.path("encoding").asText()).decode(result.path(stream).asText());
        System.out.write(bytes, 0, bytes.length);
        if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            System.out.println();
        }
    }
}
