package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly functions schedule`, and how schedules are written and printed elsewhere.
@Command(name = "schedule", description = "Show when a function is due next, and what became of its latest due times.", mixinStandardHelpOptions = true)
final class FunctionScheduleCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The function")
    private String function = "";

    /// One of them at most.
    @ArgGroup
    private Change change = new Change();

    private static final class Change {
        @Option(names = "--pause", description = "Pause it; a new version does not resume it")
        private boolean pause;

        @Option(names = "--resume", description = "Go on with the next due time")
        private boolean resume;
    }

    @Option(names = "--json", description = "Print the service's answer")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        String path = FunctionsCommand.path(function) + "/schedule";
        try (var http = new ServiceHttp(Home.find())) {
            JsonNode schedule = change.pause || change.resume ? http.post(path + (change.pause ? "/pause" : "/resume"), Json.STRICT.createObjectNode()) : http.get(path);
            if (json) {
                System.out.println(schedule.toPrettyString());
            } else {
                print(schedule);
            }
            return 0;
        }
    }

    private static void print(JsonNode schedule) {
        System.out.println(state(schedule));
        schedule.path("next").forEach(due -> System.out.println("  " + due.asText()));
        if (schedule.path("recent").isEmpty()) {
            return;
        }
        System.out.printf("%n%-22s %s%n", "WAS DUE", "AND THEN");
        for (JsonNode due : schedule.path("recent")) {
            String what = due.has("executionId") ? "ran as " + due.path("executionId").asText() : "skipped, %s: %s".formatted(due.path("skipped").asText(), due.path("reason").asText());
            System.out.printf("%-22s %s%n", due.path("dueAt").asText(), what);
        }
    }

    private static String state(JsonNode schedule) {
        String status = schedule.path("status").asText();
        return switch (status) {
            case "active" -> schedule.path("next").isEmpty() ? "active, with no further due times" : "active, due next at";
            case "paused" -> "paused since %s%s; --resume goes on".formatted(FunctionsCommand.seconds(schedule.path("pausedAt").asText()), schedule.has("pauseReason") ? ", for it failed too often in a row" : "");
            default -> status;
        };
    }

    /// What deploy says of it.
    static void printNext(JsonNode schedule) {
        String next = schedule.path("next").isEmpty() ? "" : " " + schedule.path("next").path(0).asText();
        System.out.println("its schedule is " + state(schedule) + next);
    }

    /// Takes the place of the due times that a definition has; the rest of its schedule stays.
    ///
    /// @param times `30s`, or a cron expression
    static void set(ObjectNode definition, String times) {
        ObjectNode schedule = definition.path("schedule") instanceof ObjectNode existing ? existing : definition.putObject("schedule");
        schedule.remove("cron");
        schedule.remove("everySeconds");
        try {
            Duration every = DurationConverter.parse(times);
            if (!every.equals(Duration.ofSeconds(every.toSeconds()))) {
                throw new CliException(CliException.WRONG_USE, "--schedule must be whole seconds, such as 30s; got " + times);
            }
            schedule.put("everySeconds", every.toSeconds());
            schedule.remove("timeZone");
        } catch (IllegalArgumentException e) {
            schedule.put("cron", times);
        }
    }
}
