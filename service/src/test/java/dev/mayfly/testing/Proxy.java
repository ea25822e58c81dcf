package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// HAProxy before replicas, with the configuration that is shipped.
public final class Proxy implements AutoCloseable {
    private static final Path SHIPPED = Path.of("deploy/proxy/haproxy.cfg");
    private static final int NAME = 1;
    private static final int STATUS = 17;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path replicas;
    private final URI url;
    private final URI watch;

    /// @param ports of the replicas, which are called `replica-1` and so on
    public Proxy(List<Integer> ports) throws IOException {
        url = URI.create("http://127.0.0.1:" + ServiceProcess.freePort());
        watch = URI.create("http://127.0.0.1:" + ServiceProcess.freePort());
        replicas = Files.createTempFile(Path.of("target"), "replicas", ".cfg");
        var servers = new StringBuilder("backend replicas from replicas\n");
        for (int port : ports) {
            servers.append("    server replica-%d 127.0.0.1:%d\n".formatted(ports.indexOf(port) + 1, port));
        }
        Files.writeString(replicas, servers);
        var builder = new ProcessBuilder("haproxy", "-db", "-f", SHIPPED.toString(), "-f", replicas.toString()).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PROXY_ADDRESS", url.getAuthority(), "PROXY_WATCH_ADDRESS", watch.getAuthority()));
        process = builder.redirectOutput(Path.of("target/proxy-%d.log".formatted(url.getPort())).toFile()).start();
    }

    public URI url() {
        return url;
    }

    /// Returns when it sends requests to the replica.
    public void awaitUp(int number) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> "UP".equals(status().get("replica-" + number)));
    }

    private Map<String, String> status() throws IOException, InterruptedException {
        HttpResponse<String> table = http.send(HttpRequest.newBuilder(watch.resolve("/haproxy;csv")).build(), HttpResponse.BodyHandlers.ofString());
        Map<String, String> status = new TreeMap<>();
        table.body().lines().map(line -> line.split(",", -1)).filter(cells -> cells.length > STATUS).forEach(cells -> status.put(cells[NAME], cells[STATUS]));
        return status;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        http.close();
        Files.delete(replicas);
    }
}
