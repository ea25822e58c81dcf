package dev.mayfly.load;

import dev.mayfly.testing.DoorFuzz;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// Mutated requests against the HTTP door of a service of its own, and what they leave behind.
public final class FuzzRun {
    private static final int CALLERS = 12;
    private static final int WARM_UP = 500;

    private FuzzRun() {}

    public static void main(String[] args) throws Exception {
        int requests = Integer.parseInt(args[0]);
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        boolean clean;
        try (var service = new ServiceProcess("mayfly-fuzz", ServiceProcess.lockFolder(), Map.of("QUARKUS_HTTP_READ_TIMEOUT", "500ms")).awaitReady()) {
            new DoorFuzz(service.url(), seed - WARM_UP).run(WARM_UP, CALLERS);
            String before = vitals(service);
            DoorFuzz.Report report = new DoorFuzz(service.url(), seed).run(requests, CALLERS);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> service.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 0.0"::equals));
            System.out.printf("| what | count |%n|---|---|%n| mutated requests, seed %d | %,d |%n", seed, requests);
            report.statuses().forEach((status, count) -> System.out.printf("| %s | %,d |%n", status == 0 ? "closed without an answer" : "answered " + status, count));
            System.out.printf("| answered 5xx, other than 503 with Retry-After | %d |%n", report.ourFaults().size());
            System.out.printf("| the service before | %s |%n| after | %s |%n", before, vitals(service));
            report.ourFaults().stream().limit(3).forEach(System.out::println);
            clean = report.ourFaults().isEmpty();
        }
        System.exit(clean ? 0 : 1);
    }

    private static String vitals(ServiceProcess service) throws IOException {
        Path process = Path.of("/proc/" + service.pid());
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            String threads = Files.readAllLines(process.resolve("status")).stream().filter(line -> line.startsWith("Threads:")).findFirst().orElse("");
            return "%s threads, %d open files".formatted(threads.replaceAll("\\D", ""), files.count());
        }
    }
}
