package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/// A real broker of its own, as `deploy/kafka/broker` starts it; its data goes with it.
public final class KafkaBroker implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final List<String> moreArguments;
    private final Properties client;
    private Process process;

    public KafkaBroker() throws IOException {
        this(freePort(), List.of(), new Properties());
    }

    /// @param moreArguments of `deploy/kafka/broker`
    /// @param client what a client needs beside the address
    public KafkaBroker(int port, List<String> moreArguments, Properties client) throws IOException {
        this.port = port;
        this.moreArguments = moreArguments;
        this.client = client;
        folder = Files.createTempDirectory("mayfly-kafka");
        start();
    }

    /// One whose two successors are free, too.
    public static int freePort() throws IOException {
        while (true) {
            try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var second = new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress());
                    var third = new ServerSocket(first.getLocalPort() + 2, 1, InetAddress.getLoopbackAddress())) {
                if (second.isBound() && third.isBound()) {
                    return first.getLocalPort();
                }
            } catch (IOException e) {
                // taken: another one
            }
        }
    }

    public void start() throws IOException {
        List<String> command = Stream.concat(Stream.of("deploy/kafka/broker", folder.toString(), String.valueOf(port)), moreArguments.stream()).toList();
        File log = new File("target/kafka-%d.log".formatted(port));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    }

    /// Also fetches the broker's jars when that has not been done.
    public KafkaBroker awaitReady() {
        await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(300)).ignoreExceptions().until(() -> {
            try (Admin admin = Admin.create(clientProperties(Map.of("request.timeout.ms", 2000, "default.api.timeout.ms", 3000)))) {
                return !admin.describeCluster().nodes().get(4, TimeUnit.SECONDS).isEmpty();
            }
        });
        return this;
    }

    public Path folder() {
        return folder;
    }

    public long pid() {
        return process.pid();
    }

    public String address() {
        return "127.0.0.1:" + (client.isEmpty() ? port : port + 2);
    }

    public Properties clientProperties(Map<String, Object> more) {
        var properties = new Properties();
        properties.putAll(client);
        properties.put("bootstrap.servers", address());
        properties.putAll(more);
        return properties;
    }

    /// SIGTERM, and waits for its end.
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /// `kill -9`
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
