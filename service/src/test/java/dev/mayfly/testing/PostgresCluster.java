package dev.mayfly.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A PostgreSQL of the distribution's package with a cluster of its own in a temporary folder; its data goes with it.
/// It runs as the package's user, for it refuses to run as root.
public final class PostgresCluster implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path folder;
    private final Path programs;
    private final int port;

    public PostgresCluster() throws IOException, InterruptedException {
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            programs = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
        }
        folder = Files.createTempDirectory("mayfly-postgres");
        run("chown", "postgres", folder.toString());
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        asPostgres("initdb", "--pgdata=" + data(), "--username=mayfly", "--auth=trust", "--encoding=UTF8", "--no-locale");
        start();
        asPostgres("createdb", "--host=127.0.0.1", "--port=" + port, "--username=mayfly", "mayfly");
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:%d/mayfly?user=mayfly".formatted(port);
    }

    public void start() throws IOException, InterruptedException {
        String options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c port=%d -c max_connections=60".formatted(folder, port);
        asPostgres("pg_ctl", "--pgdata=" + data(), "--log=" + folder.resolve("log"), "--wait", "--options=" + options, "start");
    }

    /// Connections are cut, what is committed stays.
    public void stop() throws IOException, InterruptedException {
        asPostgres("pg_ctl", "--pgdata=" + data(), "--mode=fast", "--wait", "stop");
    }

    /// As after a loss of power.
    public void kill() throws IOException, InterruptedException {
        asPostgres("pg_ctl", "--pgdata=" + data(), "--mode=immediate", "--wait", "stop");
    }

    private void asPostgres(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("mayfly-postgres", ".out");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
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
}
