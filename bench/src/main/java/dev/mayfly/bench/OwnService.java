package dev.mayfly.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A second service on a free port, with settings of its own; it stops when this is closed.
///
/// @param readyNanos from its start to its readiness with a warm pool
/// @param guard stops it when this process is ended instead
record OwnService(Service service, Process process, long readyNanos, Thread guard) implements AutoCloseable {
    /// With the engine of the service that is measured.
    static OwnService start(Site site, Map<String, String> settings) throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var builder = new ProcessBuilder(site.home().resolve("mayfly").toString(), "serve").redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("QUARKUS_HTTP_PORT", String.valueOf(port), "MAYFLY_SERVICE", "mayfly-bench", "MAYFLY_ENGINE", site.engine(),
                "MAYFLY_ACCESS_FILE", site.home().resolve("target/no-keys.json").toString(),
                "MAYFLY_STORE_URL", "sqlite:" + site.home().resolve("target/bench.db"), "MAYFLY_SHUTDOWN_DELAY", "0S"));
        builder.environment().putAll(settings);
        long start = System.nanoTime();
        Process process = builder.start();
        Thread guard = Thread.ofPlatform().unstarted(process::destroy);
        Runtime.getRuntime().addShutdownHook(guard);
        var service = new Service(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), URI.create("http://127.0.0.1:" + port), Optional.empty());
        while (process.isAlive()) {
            if (service.isReady()) {
                return new OwnService(service, process, System.nanoTime() - start, guard);
            }
            Thread.sleep(5);
        }
        throw new IOException("the second service ended with " + process.exitValue());
    }

    double residentMebibytes() throws IOException {
        return status("VmRSS:") / 1024;
    }

    double threads() throws IOException {
        return status("Threads:");
    }

    /// A number of `/proc/PID/status`.
    private double status(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    double openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/%d/fd".formatted(process.pid())))) {
            return files.count();
        }
    }

    /// What is alive in its heap.
    double liveHeapMebibytes() throws IOException, InterruptedException {
        Machine.run(List.of(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(), String.valueOf(process.pid()), "GC.run"));
        return service.heapMebibytes();
    }

    @Override
    public void close() throws InterruptedException {
        Runtime.getRuntime().removeShutdownHook(guard);
        process.destroy();
        process.waitFor();
    }
}
