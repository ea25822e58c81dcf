package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mayfly functions` and its words.
@Command(name = "functions", description = "Store programs in a running service under a name, and run them.", mixinStandardHelpOptions = true, subcommands = {FunctionLogsCommand.class, FunctionScheduleCommand.class})
final class FunctionsCommand implements Callable<Integer> {
    private static final String PATH = "/v1/functions/";
    private static final int SHOWN_OF_DIGEST = 19;
    private static final String FROM_STDIN = "-";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "a command is missing, such as deploy or invoke");
    }

    static String path(String function) {
        if (!function.matches("[^/?#%\\s]+")) {
            throw new CliException(CliException.WRONG_USE, "a function's name must have 1 to 63 characters of a-z, 0-9, - and _; got " + function);
        }
        return PATH + function;
    }

    @Command(name = "deploy", description = "Store a function: a file with its code, or a folder, where mayfly.yaml says the rest. What is stored already is left as it is.", mixinStandardHelpOptions = true)
    int deploy(
            @Parameters(paramLabel = "PATH", description = "The file, or the folder; its name is the function's") Path path,
            @Option(names = {"-n", "--name"}, paramLabel = "NAME", description = "The function's name") @Nullable String name,
            @Option(names = {"-r", "--runtime"}, paramLabel = "NAME", description = "python, node:24, …; by default the file name's extension decides") @Nullable String runtime,
            @Option(names = {"-m", "--description"}, paramLabel = "TEXT", description = "What it is for") @Nullable String description,
            @Option(names = "--secret", paramLabel = "NAME", description = "A secret that it gets as a variable (repeatable); mayfly secrets set stores one") @Nullable List<String> secrets,
            @Option(names = "--schedule", paramLabel = "TIMES", description = "When it runs by itself: 30s, @daily, '0 9 * * 1-5'; in UTC, if mayfly.yaml names no timeZone") @Nullable String schedule,
            @Option(names = "--http", paramLabel = "ACCESS", description = "Who may run it by a web request: key, link or open") @Nullable String access,
            @Option(names = "--concurrency", paramLabel = "N", description = "How many executions of it may run at the same time on a replica: 1 to 10000") @Nullable Integer concurrency,
            @Option(names = "--check", description = "Store it only if the language finds no error of syntax; the program does not run") boolean check,
            @Option(names = "--json", description = "Print the service's answer") boolean json)
            throws IOException, InterruptedException {
        FunctionSource source = FunctionSource.read(path, Optional.ofNullable(name));
        ObjectNode definition = source.definition();
        if (runtime != null) {
            definition.put("runtime", runtime);
        }
        if (description != null) {
            definition.put("description", description);
        }
        if (secrets != null) {
            definition.set("secrets", Json.STRICT.valueToTree(secrets));
        }
        if (schedule != null) {
            FunctionScheduleCommand.set(definition, schedule);
        }
        if (concurrency != null) {
            definition.put("concurrency", concurrency);
        }
        if (access != null) {
            definition.withObjectProperty("http").put("access", access);
        }
        try (var http = new ServiceHttp(Home.find())) {
            Optional<JsonNode> before = http.find(path(source.name()));
            Map.Entry<String, String> condition = before
                    .map(function -> Map.entry("If-Match", "\"%s\"".formatted(function.path("digest").asText())))
                    .orElse(Map.entry("If-None-Match", "*"));
            JsonNode now = http.put(path(source.name()) + (check ? "?check=syntax" : ""), definition, condition);
            if (json) {
                System.out.println(now.toPrettyString());
            } else {
                report(http, before, now);
                if (now.has("schedule")) {
                    FunctionScheduleCommand.printNext(now.path("schedule"));
                }
            }
            return 0;
        }
    }

    private static void report(ServiceHttp http, Optional<JsonNode> before, JsonNode now) throws InterruptedException {
        String name = now.path("name").asText();
        int version = now.path("version").asInt();
        if (before.isEmpty()) {
            System.out.printf("%s@%d is new%n", name, version);
            return;
        }
        int earlier = before.get().path("version").asInt();
        if (earlier == version) {
            System.out.printf("%s@%d is unchanged%n", name, version);
            return;
        }
        System.out.printf("%s@%d, after @%d:%n", name, version, earlier);
        http.find("%s/difference?from=%d&to=%d".formatted(path(name), earlier, version)).ifPresent(FunctionsCommand::printDifference); // the earlier one may have made room
    }

    private static void printDifference(JsonNode difference) {
        for (JsonNode change : difference.path("changes")) {
            String field = change.path("field").asText();
            if (change.has("diff")) {
                change.path("diff").asText().lines().forEach(FunctionsCommand::printLine);
            } else {
                printLine("  %s %s".formatted(field, change.path("change").asText()));
                Optional.of(change.path("from")).filter(value -> !value.isMissingNode()).ifPresent(value -> printLine("- " + value));
                Optional.of(change.path("to")).filter(value -> !value.isMissingNode()).ifPresent(value -> printLine("+ " + value));
            }
        }
    }

    private static void printLine(String line) {
        String colour = line.startsWith("+") ? "\u001b[32m" : "\u001b[31m";
        boolean coloured = Ansi.AUTO.enabled() && (line.startsWith("+") || line.startsWith("-"));
        System.out.println(coloured ? colour + line + "\u001b[0m" : line);
    }

    @Command(name = "invoke", description = "Run a function; its output and exit code are this command's.", mixinStandardHelpOptions = true)
    int invoke(
            @Parameters(index = "0", paramLabel = "NAME[@VERSION]", description = "The function, or one of its versions") String function,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGS", description = "Arguments, instead of the function's own") @Nullable List<String> args,
            @Option(names = {"-i", "--input"}, paramLabel = "JSON", description = "What it gets on standard input, and in MAYFLY_INPUT; - reads it from standard input") @Nullable String input,
            @Option(names = "--stdin", paramLabel = "FILE", description = "What it gets on standard input, as it is; - for this command's own") @Nullable Path stdin,
            @Option(names = {"-e", "--env"}, paramLabel = "NAME=VALUE", description = "Set a variable (repeatable)") @Nullable Map<String, String> env,
            @Option(names = "--json", description = "Print the whole result as JSON instead of the program's output") boolean json)
            throws IOException, InterruptedException {
        ObjectNode call = Json.STRICT.createObjectNode();
        if (args != null) {
            call.set("args", Json.STRICT.valueToTree(args));
        }
        if (env != null) {
            call.set("env", Json.STRICT.valueToTree(env));
        }
        if (input != null) {
            call.set("input", json(input));
        }
        if (stdin != null) {
            byte[] bytes = stdin.toString().equals(FROM_STDIN) ? System.in.readAllBytes() : Files.readAllBytes(stdin);
            Encoding encoding = Encoding.of(bytes);
            call.put("stdin", encoding.encode(bytes)).put("stdinEncoding", encoding.wireName());
        }
        try (var http = new ServiceHttp(Home.find())) {
            return json ? whole(http.post(path(function) + "/executions", call)) : streamed(http, path(function) + "/executions", call);
        }
    }

    private static JsonNode json(String text) throws IOException {
        String document = text.equals(FROM_STDIN) ? new String(System.in.readAllBytes(), UTF_8) : text;
        try {
            return Json.STRICT.readTree(document);
        } catch (JsonProcessingException e) {
            throw new CliException(CliException.WRONG_USE, "--input must be JSON, such as '{\"name\": \"Ada\"}': " + e.getOriginalMessage());
        }
    }

    private static RunResult result(JsonNode json) {
        return new RunResult(Json.STRICT.convertValue(json, new TypeReference<>() {}));
    }

    private static int whole(JsonNode answer) {
        System.out.println(answer.toPrettyString());
        return RunEnd.exitCode(result(answer));
    }

    private static int streamed(ServiceHttp http, String path, ObjectNode call) throws IOException, InterruptedException {
        var ended = new AtomicReference<RunResult>();
        http.follow(path, call, "outcome", (event, data) -> {
            switch (event) {
                case "stdout" -> SessionPrinter.print(System.out, data);
                case "stderr" -> SessionPrinter.print(System.err, data);
                case "outcome" -> ended.set(result(data));
                default -> {} // what is not for a person to see
            }
            System.out.flush();
            System.err.flush();
        });
        RunEnd.writeFiles(ended.get());
        return RunEnd.exitCode(ended.get());
    }

    @Command(name = "ls", aliases = "list", description = "List the functions of this key's tenant.", mixinStandardHelpOptions = true)
    int list(@Option(names = "--json", description = "One line of JSON for each") boolean json) throws InterruptedException {
        if (!json) {
            System.out.printf("%-32s %7s  %-16s %-22s %s%n", "NAME", "VERSION", "RUNTIME", "CHANGED", "DESCRIPTION");
        }
        try (var http = new ServiceHttp(Home.find())) {
            String cursor = "";
            do {
                JsonNode page = http.get("/v1/functions?limit=200" + cursor);
                for (JsonNode each : page.path("functions")) {
                    System.out.println(json ? each.toString() : "%-32s %7d  %-16s %-22s %s".formatted(each.path("name").asText(), each.path("version").asInt(), each.path("runtime").asText("-"),
                            seconds(each.path("changedAt").asText()), each.path("description").asText("")));
                }
                cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
            } while (!cursor.isEmpty());
        }
        return 0;
    }

    static String seconds(String instant) {
        return instant.replaceFirst("\\.\\d+Z", "Z");
    }

    @Command(name = "show", description = "Print a function, or one of its versions, as JSON.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "NAME[@VERSION]", description = "The function, or one of its versions") String function) throws InterruptedException {
        int at = function.indexOf('@');
        String path = at < 0 ? path(function) : path(function.substring(0, at)) + "/versions/" + function.substring(at + 1);
        System.out.println(ServiceHttp.get(Home.find(), path).toPrettyString());
        return 0;
    }

    @Command(name = "versions", description = "List a function's versions, the newest first; * marks the current one.", mixinStandardHelpOptions = true)
    int versions(@Parameters(paramLabel = "NAME", description = "The function") String function) throws InterruptedException {
        JsonNode page = ServiceHttp.get(Home.find(), path(function) + "/versions?limit=200");
        System.out.printf("  %7s  %-22s %-20s %s%n", "VERSION", "CREATED", "DIGEST", "DESCRIPTION");
        for (JsonNode version : page.path("versions")) {
            System.out.printf("%s %7d  %-22s %-20s %s%n", version.path("version").asInt() == page.path("current").asInt() ? "*" : " ", version.path("version").asInt(),
                    seconds(version.path("createdAt").asText()), shortened(version.path("digest").asText()), version.path("description").asText(""));
        }
        return 0;
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(digest.length(), SHOWN_OF_DIGEST));
    }

    @Command(name = "diff", description = "Show in what two versions differ.", mixinStandardHelpOptions = true)
    int difference(
            @Parameters(index = "0", paramLabel = "NAME", description = "The function") String function,
            @Parameters(index = "1", paramLabel = "FROM", description = "A version") int from,
            @Parameters(index = "2", paramLabel = "TO", description = "Another version") int to)
            throws InterruptedException {
        printDifference(ServiceHttp.get(Home.find(), "%s/difference?from=%d&to=%d".formatted(path(function), from, to)));
        return 0;
    }

    @Command(name = "rollback", description = "Make another version the current one.", mixinStandardHelpOptions = true)
    int rollBack(
            @Parameters(index = "0", paramLabel = "NAME", description = "The function") String function,
            @Parameters(index = "1", paramLabel = "VERSION", description = "Its number") int version)
            throws InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            JsonNode now = http.post(path(function) + "/rollback", Json.STRICT.createObjectNode().put("version", version));
            System.out.printf("%s@%d%n", now.path("name").asText(), now.path("version").asInt());
            return 0;
        }
    }

    @Command(name = "link", description = "Make a new secret link to a function. A caller who has the link needs no key. The earlier link stops working.", mixinStandardHelpOptions = true)
    int link(
            @Parameters(paramLabel = "NAME", description = "The function") String function,
            @Option(names = "--revoke", description = "Revoke the link without making a new one") boolean revoke)
            throws InterruptedException {
        Home home = Home.find();
        try (var http = new ServiceHttp(home)) {
            if (revoke) {
                http.delete(path(function) + "/link");
            } else {
                if (!http.get(path(function)).at("/definition/http/access").asText().equals("link")) {
                    throw new CliException(CliException.WRONG_USE, "%s does not answer to a link; deploy it with --http link first".formatted(function));
                }
                System.out.println(home.service().resolve(http.post(path(function) + "/link", Json.STRICT.createObjectNode()).path("path").asText()));
            }
            return 0;
        }
    }

    @Command(name = "rm", aliases = "delete", description = "Delete functions with all their versions. Their executions stay until their retention ends.", mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "NAME", arity = "1..*", description = "As `mayfly functions ls` lists them") List<String> functions) throws InterruptedException {
        try (var http = new ServiceHttp(Home.find())) {
            for (String function : functions) {
                http.delete(path(function));
            }
            return 0;
        }
    }
}
