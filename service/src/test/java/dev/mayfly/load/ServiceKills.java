package dev.mayfly.load;

import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// A service that is killed (`kill -9`) at random instants of its start and of its work, again and again, while
/// callers come; and what is left at the end.
public final class ServiceKills {
    private static final String SERVICE = "test-service-kills";
    private static final int CALLERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;
    private static final int LONGEST_LIFE_MILLIS = 6000;
    private static final String[] PROGRAMS = {
        "{\"runtime\":\"python\",\"code\":\"print(6*7)\"}", "{\"runtime\":\"node\",\"code\":\"console.log(6*7)\"}",
        "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(1); print(6*7)\"}", "{\"runtime\":\"bash\",\"code\":\"sleep 0.2; echo 42\"}"
    };

    /// What came of it.
    ///
    /// @param killedReady of the rounds, those that hit a service which had been ready
    /// @param right answers
    /// @param wrong answers with status 200 that were not right
    /// @param left containers, processes, mounts, and folders of sandboxes, which go only after their control groups
    public record Report(int rounds, int killedReady, int right, List<String> wrong, List<String> left) {
        String table() {
            return """
                    | what | count |
                    |---|---|
                    | kills (kill -9) at random instants / of these, while it served | %d / %d |
                    | answers, all right | %d |
                    | wrong answers | %d |
                    | left after the last one was stopped: containers, processes, mounts, folders of sandboxes | %d |
                    """.formatted(rounds, killedReady, right, wrong.size(), left.size());
        }
    }

    private ServiceKills() {}

    /// @param seed of the instants
    public static Report run(int rounds, long seed) throws IOException, InterruptedException {
        var random = new Random(seed);
        Path locks = ServiceProcess.lockFolder();
        var right = new AtomicInteger();
        List<String> wrong = new ArrayList<>();
        int killedReady = 0;
        for (int round = 0; round < rounds; round++) {
            var service = new ServiceProcess(SERVICE, locks);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int first = random.nextInt(PROGRAMS.length);
                callers.add(Thread.startVirtualThread(() -> call(service, first, right, wrong)));
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
        return new Report(rounds, killedReady, right.get(), wrong, left(locks));
    }

    private static void call(ServiceProcess service, int first, AtomicInteger right, List<String> wrong) {
        for (int i = first; service.isAlive(); i++) {
            try {
                var answer = service.execute(PROGRAMS[i % PROGRAMS.length]);
                if (answer.statusCode() == 200 && answer.body().contains("\"stdout\":\"42\\n\"")) {
                    right.incrementAndGet();
                } else if (answer.statusCode() == 200) {
                    synchronized (wrong) {
                        wrong.add(answer.body());
                    }
                }
            } catch (IOException e) {
                LockSupport.parkNanos(PAUSE_NANOS); // not there yet, or killed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
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
