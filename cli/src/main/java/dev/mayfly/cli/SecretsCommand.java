package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `mayfly secrets` and its words.
@Command(name = "secrets", description = "List the names of the secrets that functions may get; their values are shown to nobody.", mixinStandardHelpOptions = true)
final class SecretsCommand implements Callable<Integer> {
    private static final String PATH = "/v1/secrets";

    @Override
    public Integer call() throws InterruptedException {
        System.out.printf("%-40s %-22s %s%n", "NAME", "CREATED", "CHANGED");
        for (JsonNode secret : ServiceHttp.get(Home.find(), PATH).path("secrets")) {
            System.out.printf("%-40s %-22s %s%n", secret.path("name").asText(), FunctionsCommand.seconds(secret.path("createdAt").asText()), FunctionsCommand.seconds(secret.path("changedAt").asText()));
        }
        return 0;
    }

    @Command(name = "ls", aliases = "list", description = "As without a command.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        return call();
    }

    private static String path(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
            throw new CliException(CliException.WRONG_USE, "a secret's name must have 1 to 128 letters, digits and _, and must not begin with a digit; got " + name);
        }
        return PATH + "/" + name;
    }

    @Command(name = "set", description = "Store a secret, or another value of it. The value is typed without being shown, or read from standard input, without its last line break.", mixinStandardHelpOptions = true)
    int set(@Parameters(paramLabel = "NAME", description = "The variable in which a function gets it") String name) throws IOException, InterruptedException {
        String path = path(name);
        String value = value(name);
        try (var http = new ServiceHttp(Home.find())) {
            http.put(path, Json.STRICT.createObjectNode().put("value", value));
            return 0;
        }
    }

    private static String value(String name) throws IOException, InterruptedException {
        if (Terminal.find().isPresent()) {
            char[] typed = Objects.requireNonNull(System.console()).readPassword("%s: ", name);
            return typed == null ? "" : new String(typed);
        }
        String piped = new String(System.in.readAllBytes(), UTF_8);
        return piped.endsWith("\n") ? piped.substring(0, piped.length() - 1) : piped;
    }

    @Command(name = "rm", aliases = "delete", description = "Delete secrets. Functions that name them are refused from then on.", mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "NAME", arity = "1..*", description = "As `mayfly secrets` lists them") List<String> names) throws InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            for (String name : names) {
                http.delete(path(name));
            }
            return 0;
        }
    }
}
