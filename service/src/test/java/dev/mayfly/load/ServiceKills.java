package dev.mayfly.load;

import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// A service that is killed (`kill -9`) at random instants of its start and of its work, again and again, while
/// callers run programs, and open, use and drop sessions; and what is left at the end.
public final class ServiceKills {
    private static final String SERVICE = "test-service-kills";
    private static final int CALLERS = 3;
    private static final int SESSION_CALLERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final long PAUSE_NANOS = 20_000_000;
    private static final int LONGEST_LIFE_MILLIS = 6000;
    private static final String[] PROGRAMS = {
        "{\"runtime\":\"python\",\"code\":\"print(6*7)\"}", "{\"runtime\":\"node\",\"code\":\"console.log(6*7)\"}",
        "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(1); print(6*7)\"}", "{\"runtime\":\"bash\",\"code\":\"sleep 0.2; echo 42\"}"
    };

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final String SESSION_ENDED = "session_ended";
    private static final String COMMAND = "{\"line\": \"sleep 1000\", \"background\": true}";
    private static final String ENDLESS = "{\"code\": \"while True: pass\", \"timeoutMs\": 60000}";
    private static final String LAST = "{\"code\": \"import os; os._exit(1)\"}";

    /// What came of it.
    ///
    /// @param killedReady of the rounds, those that hit a service which had been ready
    /// @param sessions that were opened
    /// @param right answers
    /// @param wrong answers with status 200 that were not right
    /// @param left containers, processes, mounts, and folders of sandboxes, which go only after their control groups
    public record Report(int rounds, int killedReady, int sessions, int right, List<String> wrong, List<String> left) {
        String table() {
            return """
                    | what | count |
                    |---|---|
                    | kills (kill -9) at random instants / of these, while it served | %d / %d |
                    | sessions opened, and dropped in random ways | %d |
                    | answers, all right | %d |
                    | wrong answers | %d |
                    | left after the last one was stopped: containers, processes, mounts, folders of sandboxes | %d |
                    """.formatted(rounds, killedReady, sessions, right, wrong.size(), left.size());
        }
    }

    private ServiceKills() {}

    /// @param seed of the instants
    public static Report run(int rounds, long seed) throws IOException, InterruptedException {
        var random = new Random(seed);
        Path locks = ServiceProcess.lockFolder();
        var right = new AtomicInteger();
        var sessions = new AtomicInteger();
        List<String> wrong = new ArrayList<>();
        int killedReady = 0;
        for (int round = 0; round < rounds; round++) {
            var service = new ServiceProcess(SERVICE, locks);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int first = random.nextInt(PROGRAMS.length);
                callers.add(Thread.startVirtualThread(() -> call(service, first, right, wrong)));
            }
            for (int i = 0; i < SESSION_CALLERS; i++) {
                var choices = new Random(random.nextLong());
                callers.add(Thread.startVirtualThread(() -> hold(service, choices, sessions, right, wrong)));
            }
            int before = right.get();
            if (round % 2 == 1) { // else it may not have served yet
                service.awaitReady();
                Awaitility.await().atMost(PATIENCE).until(() -> right.get() > before);
            }
            Thread.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
            service.kill();
            for (Thread caller : callers) {
                caller.join();
            }
            killedReady += right.get() > before ? 1 : 0;
        }
        new ServiceProcess(SERVICE, locks).awaitReady().close();
        return new Report(rounds, killedReady, sessions.get(), right.get(), wrong, left(locks));
    }

    private static void call(ServiceProcess service, int first, AtomicInteger right, List<String> wrong) {
        var next = new AtomicInteger(first);
        whileAlive(service, () -> judge(service.execute(PROGRAMS[next.getAndIncrement() % PROGRAMS.length]), "\"stdout\":\"42\\n\"", right, wrong));
    }

    /// Opens one session after the other, uses it in some way, and closes it or forgets it.
    private static void hold(ServiceProcess service, Random random, AtomicInteger sessions, AtomicInteger right, List<String> wrong) {
        whileAlive(service, () -> {
            var opened = service.post("/v1/sessions", "{\"runtime\": \"python\", \"ttlSeconds\": 3, \"idleSeconds\": 2}");
            Matcher id = ID.matcher(opened.body());
            if (opened.statusCode() != CREATED || !id.find()) {
                LockSupport.parkNanos(PAUSE_NANOS); // all sandboxes are held
                return;
            }
            sessions.incrementAndGet();
            String session = "/v1/sessions/" + id.group(1);
            switch (random.nextInt(5)) {
                case 0 -> judge(service.post(session + "/cells", "{\"code\": \"6 * 7\"}"), "\"text/plain\":\"42\"", right, wrong);
                case 1 -> service.post(session + "/commands", COMMAND);
                case 2 -> service.post(session + "/cells", LAST);
                case 3 -> service.post(session + "/cells", ENDLESS); // until the session ends
                default -> LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (random.nextBoolean()) {
                service.delete(session);
            }
        });
    }

    private interface Call {
        void run() throws IOException, InterruptedException;
    }

    private static void whileAlive(ServiceProcess service, Call call) {
        while (service.isAlive()) {
            try {
                call.run();
            } catch (IOException e) {
                LockSupport.parkNanos(PAUSE_NANOS); // not there yet, or killed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void judge(HttpResponse<String> answer, String expected, AtomicInteger right, List<String> wrong) {
        if (answer.statusCode() == OK && answer.body().contains(expected)) {
            right.incrementAndGet();
        } else if (answer.statusCode() == OK && !answer.body().contains(SESSION_ENDED)) { // its time was over
            synchronized (wrong) {
                wrong.add(answer.body());
            }
        }
    }

    private static List<String> left(Path locks) throws IOException, InterruptedException {
        List<String> left = new ArrayList<>(DockerCommand.containers("dev.mayfly.service=" + SERVICE));
        String folder = locks.toAbsolutePath().toString();
        ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(folder)).forEach(process -> left.add(process.toString()));
        Files.readAllLines(Path.of("/proc/self/mounts")).stream().filter(line -> line.contains(folder)).forEach(left::add);
        Path sandboxes = locks.resolve("oci");
        if (Files.exists(sandboxes)) {
            try (Stream<Path> files = Files.list(sandboxes)) {
                files.forEach(file -> left.add(file.toString()));
            }
        }
        return left;
    }

    /// Arguments: rounds, seed.
    public static void main(String[] args) throws IOException, InterruptedException {
        Report report = run(Integer.parseInt(args[0]), args.length > 1 ? Long.parseLong(args[1]) : 1);
        System.out.printf(Locale.ROOT, "%s%n", report.table());
        report.wrong().forEach(System.out::println);
        report.left().forEach(System.out::println);
        System.exit(report.wrong().isEmpty() && report.left().isEmpty() ? 0 : 1);
    }
}
