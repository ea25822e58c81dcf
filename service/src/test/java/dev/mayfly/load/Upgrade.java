package dev.mayfly.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.testing.EarlierRelease;
import dev.mayfly.testing.PostgresCluster;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// Two replicas on one PostgreSQL, rolled from the earlier release to this one and back while executions come in: each
/// accepted one ends once, with its own output, and both releases tell it. The store and all that runs above it are
/// each release's own; the engine is one in memory.
///
/// Where the earlier release is not to be had, this one takes its place: then it is rolling itself that is proved.
public final class Upgrade implements AutoCloseable {
    private static final int CLIENTS = 6;
    private static final int LINES = 20;
    private static final int SLOTS = 4;
    /// Of the load: one to begin with, and two for each of four replacements.
    private static final int PARTS = 9;
    private static final long ANSWER_SECONDS = 90;
    private static final long PAUSE_MILLIS = 50;

    /// @param wrong results that are not right, and when they were read
    public record Report(boolean earlier, int accepted, int finished, int outcomes, List<String> wrong) {
        public String table() {
            return """
                    | what | count |
                    |---|---|
                    | executions accepted, each under one key at any replica, while two replicas rolled from the %s release to this one and back | %d |
                    | of them finished / outcomes in the store | %d / %d |
                    | results that are not right, at either release | %d |
                    """.formatted(earlier ? "earlier" : "same", accepted, finished, outcomes, wrong.size());
        }

        public boolean isRight() {
            return finished == accepted && outcomes == accepted && wrong.isEmpty();
        }
    }

    private final int executions;
    private final Path folder = Files.createTempDirectory("mayfly-upgrade");
    private final PostgresCluster cluster = new PostgresCluster();
    private final AtomicReferenceArray<Replica> replicas = new AtomicReferenceArray<>(2);
    private final Map<Integer, String> ids = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger allowed = new AtomicInteger();
    private final boolean earlier;
    private final List<String> earlierCommand;
    private final Path earlierHome;

    public Upgrade(int executions) throws IOException, InterruptedException {
        this.executions = executions;
        Optional<Path> source = EarlierRelease.BEFORE_FORMS.extract(folder);
        earlier = source.isPresent();
        earlierHome = source.orElse(Path.of(""));
        earlierCommand = earlier ? compiled(folder) : ownCommand();
    }

    // ---- the two releases

    private static List<String> ownCommand() {
        return java(System.getProperty("java.class.path"));
    }

    private static List<String> java(String classPath) {
        return List.of(System.getProperty("java.home") + "/bin/java", "-Xmx192m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", classPath,
                UpgradeReplica.class.getName());
    }

    /// Only what a replica needs, with the libraries of this release.
    private static List<String> compiled(Path home) throws IOException {
        Path built = Path.of("").toAbsolutePath(); // where this release's own classes are, as a jar or not
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar") && !Path.of(entry).toAbsolutePath().startsWith(built)).collect(Collectors.joining(File.pathSeparator));
        Path classes = Files.createDirectory(home.resolve("classes"));
        Path replica = Files.createDirectories(home.resolve("replica")).resolve("UpgradeReplica.java");
        Files.writeString(replica, EarlierRelease.withItsNames(Files.readString(Path.of("service/src/test/java/dev/mayfly/load/UpgradeReplica.java"))));
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", libraries,
                "-sourcepath", home.resolve("src/main/java") + File.pathSeparator + home.resolve("src/test/java"),
                replica.toString());
        if (failed != 0) {
            throw new IOException("the earlier release does not compile");
        }
        return java(classes + File.pathSeparator + home.resolve("src/main/resources") + File.pathSeparator + libraries);
    }

    /// A process, and who waits for its answers.
    private static final class Replica {
        private final Process process;
        private final PrintStream input;
        private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
        private final CompletableFuture<String> ready = new CompletableFuture<>();

        Replica(List<String> command, Path home, List<String> arguments) throws IOException {
            List<String> all = new ArrayList<>(command);
            all.addAll(arguments);
            process = new ProcessBuilder(all).directory(home.toAbsolutePath().toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            input = new PrintStream(process.getOutputStream(), true, UTF_8);
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] words = line.split(" ", 3);
                    if (words[0].equals("ready")) {
                        ready.complete("");
                    } else if (words.length > 1 && waiting.containsKey(words[1])) {
                        waiting.get(words[1]).complete(line);
                    }
                }
            } catch (IOException e) {
                // its end, as below
            }
            ready.complete("");
            waiting.values().forEach(answer -> answer.complete(""));
        }

        /// Empty when it is gone.
        String ask(String what, int number, String rest) throws InterruptedException {
            var answer = waiting.computeIfAbsent(String.valueOf(number), same -> new CompletableFuture<>());
            try {
                input.println(what + " " + number + " " + rest);
                return process.isAlive() ? answer.get(ANSWER_SECONDS, TimeUnit.SECONDS) : "";
            } catch (ExecutionException | TimeoutException e) {
                return "";
            } finally {
                waiting.remove(String.valueOf(number));
            }
        }

        void end(boolean kill) throws InterruptedException {
            if (kill) {
                process.destroyForcibly();
            }
            input.close();
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the replica does not end");
            }
        }
    }

    /// @param slots 0: it only accepts, so that the other one runs what it has written
    private void start(int place, boolean old, int slots) throws IOException, InterruptedException {
        var replica = new Replica(old ? earlierCommand : ownCommand(), old ? earlierHome : Path.of(""), List.of(cluster.url(), "replica-" + place, String.valueOf(slots)));
        replicas.set(place, replica);
        try {
            replica.ready.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the replica is not ready", e);
        }
        if (!replica.process.isAlive()) {
            throw new IOException("the %s release does not start on the database".formatted(old ? "earlier" : "newer"));
        }
    }

    // ---- what is sent, and what must come of it

    private static String json(int number) {
        String program = "\"code\": \"%s\"".formatted(program(number));
        return switch (number % 4) {
            case 0 -> "{\"runtime\": \"python\", %s}".formatted(program);
            case 1 -> "{\"runtime\": \"python:3.13\", \"limits\": {\"memoryBytes\": 536870912, \"cpus\": 0.5}, \"labels\": {\"n\": \"%d\"}, %s}".formatted(number, program);
            case 2 -> "{\"files\": [{\"path\": \"main.py\", \"content\": \"%s\"}], \"env\": {\"B\": \"2\", \"A\": \"1\"}}".formatted(program(number));
            default -> "{\"runtime\": \"bash\", \"args\": [\"x\"], \"stdin\": \"in\", %s}".formatted(program);
        };
    }

    private static String program(int number) {
        return number % 3 == 0 ? "count " + LINES : "print " + number;
    }

    private static String expected(int number) {
        String output = number % 3 == 0 ? IntStream.rangeClosed(1, LINES).mapToObj(line -> line + ",").collect(Collectors.joining()) : String.valueOf(number);
        return "result %d exited %s".formatted(number, output);
    }

    public Report run() throws Exception {
        start(0, true, SLOTS);
        start(1, true, SLOTS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = IntStream.range(0, CLIENTS).<Future<?>>mapToObj(client -> threads.submit(this::send)).toList();
            List<String> wrong = new ArrayList<>();
            more();
            roll(0, false, 0, false);
            wrong.addAll(wrong("the earlier one ran what this one wrote"));
            roll(1, false, SLOTS, true);
            wrong.addAll(wrong("this one"));
            roll(0, true, 0, true);
            wrong.addAll(wrong("this one ran what the earlier one wrote"));
            roll(1, true, SLOTS, false);
            for (Future<?> client : clients) {
                client.get();
            }
            wrong.addAll(wrong("the earlier one"));
            return new Report(earlier, ids.size(), count("select count(*) from execution where state = 'finished'"), outcomes(), wrong);
        }
    }

    /// One part of the load comes meanwhile, and another one to the two that there are then.
    private void roll(int place, boolean old, int slots, boolean kill) throws Exception {
        allowed.addAndGet(part());
        replicas.get(place).end(kill);
        start(place, old, slots);
        more();
    }

    /// Another part of the load.
    private void more() throws InterruptedException {
        int all = allowed.addAndGet(part());
        while (ids.size() < Math.min(all, executions)) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private int part() {
        return (executions + PARTS - 1) / PARTS;
    }

    private Void send() throws InterruptedException {
        for (int number = next.getAndIncrement(); number < executions; number = next.getAndIncrement()) {
            while (!ids.containsKey(number)) {
                if (number >= allowed.get()) {
                    Thread.sleep(PAUSE_MILLIS);
                    continue;
                }
                String answer = replicas.get(ThreadLocalRandom.current().nextInt(2)).ask("accept", number, json(number));
                if (answer.startsWith("accepted")) {
                    ids.put(number, answer.split(" ", -1)[2]);
                } else {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }
        return null;
    }

    /// Of what has been accepted so far.
    private List<String> wrong(String when) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (var entry : Map.copyOf(ids).entrySet()) {
            for (int place = 0; place < 2; place++) {
                String answer = replicas.get(place).ask("result", entry.getKey(), entry.getValue());
                if (!answer.equals(expected(entry.getKey()))) {
                    wrong.add("%s: %s".formatted(when, answer));
                }
            }
        }
        return wrong;
    }

    private int outcomes() throws Exception {
        return count("select (select count(*) from segment where position(convert_to(' outcome {', 'UTF8') in body) > 0) + "
                + "(select count(*) * 1000000 from (select target from idempotency_key group by target having count(*) > 1) as twice)");
    }

    private int count(String sql) throws Exception {
        try (var connection = java.sql.DriverManager.getConnection(cluster.url());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Override
    public void close() throws Exception {
        for (int place = 0; place < 2; place++) {
            if (replicas.get(place) != null) {
                replicas.get(place).end(true);
            }
        }
        cluster.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /// Argument: executions.
    public static void main(String[] args) throws Exception {
        Report report;
        try (var upgrade = new Upgrade(Integer.parseInt(args[0]))) {
            report = upgrade.run();
        }
        System.out.println(report.table());
        report.wrong().stream().limit(5).forEach(System.out::println);
        System.exit(report.isRight() ? 0 : 1);
    }
}
