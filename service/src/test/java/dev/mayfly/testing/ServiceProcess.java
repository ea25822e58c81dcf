package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/// The built service as a process of its own, as `./mayfly serve` starts it.
public final class ServiceProcess implements AutoCloseable {
    private static final int FIRST_PORT = 20_000;
    private static final int FIRST_OF_CONNECTIONS = 32_768;
    private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String PORT = "QUARKUS_HTTP_PORT";

    private final String service;
    private final Process process;
    private final URI url;

    public ServiceProcess(String service, Path lockFolder) throws IOException {
        this(service, lockFolder, Map.of());
    }

    public ServiceProcess(String service, Path lockFolder, Map<String, String> environment) throws IOException {
        // a JVM that starts with SIGHUP ignored, as below nohup, never hears it
        this(service, lockFolder, environment, List.of("env", "--default-signal=HUP", "./mayfly", "serve"));
    }

    /// One of another home than this.
    public static ServiceProcess of(Path home, String service, Path lockFolder, Map<String, String> environment) throws IOException {
        return new ServiceProcess(service, lockFolder, environment, List.of("env", "--default-signal=HUP", home.resolve("mayfly").toString(), "serve"));
    }

    /// One whose lock folder, where the oci engine keeps what belongs to its sandboxes, is a small file system of its
    /// own.
    public static ServiceProcess onDiskOf(int mebibytes, String service, Path lockFolder, Map<String, String> environment) throws IOException {
        String mount = "mount -t tmpfs -o size=%dm none %s && exec ./mayfly serve".formatted(mebibytes, lockFolder);
        return new ServiceProcess(service, lockFolder, environment, List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", mount));
    }

    /// One that another command starts, such as `setpriv` with fewer rights.
    public static ServiceProcess under(List<String> command, String service, Map<String, String> environment) throws IOException {
        return new ServiceProcess(service, lockFolder(), environment, Stream.concat(command.stream(), Stream.of("./mayfly", "serve")).toList());
    }

    private ServiceProcess(String service, Path lockFolder, Map<String, String> environment, List<String> command) throws IOException {
        this.service = service;
        int port = environment.containsKey(PORT) ? Integer.parseInt(environment.get(PORT)) : freePort();
        url = URI.create("http://127.0.0.1:" + port);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                PORT, String.valueOf(port), "MAYFLY_SERVICE", service, "MAYFLY_LOCK_FOLDER", lockFolder.toString(),
                "MAYFLY_ACCESS_FILE", lockFolder.resolve("access.json").toString(),
                "MAYFLY_STORE_URL", "sqlite:" + lockFolder.resolve("mayfly.db"),
                "MAYFLY_SHUTDOWN_DELAY", "0S"));
        builder.environment().putIfAbsent("MAYFLY_ENGINE", "docker");
        builder.environment().putAll(environment);
        process = builder.redirectOutput(new File("target/%s.log".formatted(service))).start();
    }

    /// A port on which nobody listens now: each one once, and none of those that the kernel gives to connections.
    public static int freePort() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_OF_CONNECTIONS);
        } while (!GIVEN_PORTS.add(port) || !isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (var listener = new ServerSocket(port)) {
            return listener.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    public static Path lockFolder() throws IOException {
        return Files.createTempDirectory(Path.of("target"), "locks");
    }

    public ServiceProcess awaitReady() {
        return awaitOk("/health/ready");
    }

    /// It answers, whether or not it has an engine.
    public ServiceProcess awaitLive() {
        return awaitOk("/health/live");
    }

    /// One that does not come is nobody's to close yet.
    private ServiceProcess awaitOk(String path) {
        try {
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get(path).statusCode() == 200);
            return this;
        } catch (ConditionTimeoutException e) {
            process.destroy();
            throw e;
        }
    }

    public long pid() {
        return process.pid();
    }

    public URI url() {
        return url;
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(url.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> execute(String json) throws IOException, InterruptedException {
        return post("/v1/executions", json);
    }

    public HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
        for (int header = 0; header < headers.length; header += 2) {
            request.header(headers[header], headers[header + 1]);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> put(String path, String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString(json));
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(url.resolve(path)).DELETE().build(), HttpResponse.BodyHandlers.ofString());
    }

    public List<String> containers() throws IOException, InterruptedException {
        return DockerCommand.containers("dev.mayfly.service=" + service);
    }

    /// The process that makes its sandboxes, where no Docker engine does.
    public Optional<ProcessHandle> keeper() {
        return process.descendants().filter(child -> child.info().command().map(command -> command.endsWith("/keeper")).orElse(false)).findFirst();
    }

    /// `kill -9`
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// The exit code of one that ends by itself.
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it is still there");
        }
        return process.exitValue();
    }

    /// SIGTERM; returns without waiting.
    public void terminate() {
        process.destroy();
    }

    /// What it has logged so far.
    public String log() throws IOException {
        return Files.readString(Path.of("target/%s.log".formatted(service)));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
