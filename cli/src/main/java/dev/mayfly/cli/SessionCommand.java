package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly session` and its words.
@Command(
        name = "session",
        description = "Open a session of a running service and type into it: code keeps its state, !LINE runs in the sandbox's shell, %%help lists the rest. What comes from a file or a pipe is one piece of code.",
        mixinStandardHelpOptions = true)
final class SessionCommand implements Callable<Integer> {
    @Mixin
    private Wanted wanted = new Wanted();

    @Option(names = "--id", paramLabel = "ID", description = "Go on with a session that is open, and leave it open")
    private @Nullable String id;

    /// The session that is asked for.
    static final class Wanted {
        @Option(names = {"-r", "--runtime"}, paramLabel = "NAME", defaultValue = "python", description = "The language (default: ${DEFAULT-VALUE})")
        private String runtime = "python";

        @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Put a file into it (repeatable)")
        private List<Path> files = List.of();

        @Option(names = {"-e", "--env"}, paramLabel = "NAME=VALUE", description = "Set a variable (repeatable)")
        private Map<String, String> env = Map.of();

        @Option(names = {"-l", "--limit"}, paramLabel = "NAME=VALUE", description = "Of the sandbox, such as memory=512m (repeatable)")
        private List<String> limits = List.of();

        @Option(names = "--ttl", paramLabel = "DURATION", converter = DurationConverter.class, defaultValue = "1h", description = "When it ends at the latest (default: ${DEFAULT-VALUE})")
        private Duration ttl = Duration.ofHours(1);

        @Option(names = "--idle", paramLabel = "DURATION", converter = DurationConverter.class, defaultValue = "30m", description = "When it ends if nothing happens in it (default: ${DEFAULT-VALUE})")
        private Duration idle = Duration.ofMinutes(30);

        OpenSession open(ServiceHttp http) throws IOException, InterruptedException {
            ObjectNode request = Json.STRICT.createObjectNode().put("runtime", runtime).put("ttlSeconds", ttl.toSeconds()).put("idleSeconds", idle.toSeconds());
            ObjectNode variables = request.putObject("env");
            env.forEach(variables::put);
            ObjectNode amounts = request.putObject("limits");
            for (String limit : limits) {
                var parsed = RunCommand.limit(limit);
                amounts.put(parsed.getKey().wireName(), parsed.getValue());
            }
            ArrayNode contents = request.putArray("files");
            for (Path file : files) {
                contents.add(FunctionSource.content(file.getFileName().toString(), file));
            }
            return OpenSession.of(http, http.post("/v1/sessions", request));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            OpenSession session = id == null ? wanted.open(http) : OpenSession.find(http, id);
            try {
                return Terminal.find().isPresent() ? typed(session) : piped(session);
            } finally {
                if (id == null) {
                    closeQuietly(session);
                }
            }
        }
    }

    private static int typed(OpenSession session) throws IOException, InterruptedException {
        System.out.printf("%s, session %s; %%help lists what can be typed%n", session.runtime(), session.id());
        System.out.flush();
        try (var lines = new TypedLines(session.runtime(), session.hasCells(), () -> interrupt(session))) {
            new SessionShell(session).run(lines);
            return 0;
        }
    }

    private static int piped(OpenSession session) throws IOException, InterruptedException {
        var all = new ArrayDeque<>(List.of(new String(System.in.readAllBytes(), UTF_8)));
        return new SessionShell(session).run(() -> Optional.ofNullable(all.poll()));
    }

    private static void interrupt(OpenSession session) {
        try {
            session.interrupt();
        } catch (CliException e) {
            System.err.println("mayfly: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// It may have ended by itself.
    private static void closeQuietly(OpenSession session) throws InterruptedException {
        try {
            session.close();
        } catch (CliException e) {
            System.err.println("mayfly: " + e.getMessage());
        }
    }

    @Command(name = "open", description = "Open a session and print its id; it stays open.", mixinStandardHelpOptions = true)
    int open(@Mixin Wanted asked) throws IOException, InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            System.out.println(asked.open(http).id());
            return 0;
        }
    }

    @Command(name = "ls", description = "List the open sessions of this key's tenant.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        System.out.printf("%-40s %-18s %-22s %s%n", "ID", "RUNTIME", "BEGAN", "ENDS");
        for (JsonNode session : ServiceHttp.get(Home.find(), "/v1/sessions").path("sessions")) {
            System.out.printf("%-40s %-18s %-22s %s%n", session.path("id").asText(), session.path("runtime").asText(), seconds(session.path("beganAt").asText()), seconds(session.path("endsAt").asText()));
        }
        return 0;
    }

    private static String seconds(String instant) {
        return instant.replaceFirst("\\.\\d+Z", "Z");
    }

    @Command(name = "close", description = "Close sessions: everything in them ends.", mixinStandardHelpOptions = true)
    int close(@Parameters(paramLabel = "ID", arity = "1..*", description = "As `mayfly session ls` lists them") List<String> ids) throws InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            for (String each : ids) {
                http.delete(OpenSession.path(each));
            }
            return 0;
        }
    }
}
