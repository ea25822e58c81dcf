package dev.mayfly.testing;

import dev.mayfly.docker.DockerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The `docker` command, as an observer that shares no code with what it observes.
public final class DockerCommand {
    private DockerCommand() {}

    /// How a process ended and what it wrote.
    public record Ended(int exitCode, byte[] stdout, byte[] stderr) {
        /// Throws what it said when it failed.
        public Ended orThrow() throws IOException {
            if (exitCode != 0) {
                throw new IOException(new String(stderr, StandardCharsets.UTF_8));
            }
            return this;
        }

        public String out() {
            return new String(stdout, StandardCharsets.UTF_8);
        }
    }

    public static Ended run(byte[] stdin, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), Thread::startVirtualThread);
        CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), Thread::startVirtualThread);
        try (OutputStream in = process.getOutputStream()) {
            in.write(stdin);
        } catch (IOException e) {
            // A program that does not read its input closes the pipe: that is its right.
            process.isAlive();
        }
        int code = process.waitFor();
        return new Ended(code, out.join(), err.join());
    }

    private static byte[] readAll(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Ended docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return run(new byte[0], command);
    }

    public static List<String> containers(String label) throws IOException, InterruptedException {
        return containers(DockerSettings.defaults().host(), "--filter", "label=" + label);
    }

    /// Those that the engine has, running or not. An engine that was killed while it removed a container may list that
    /// container until its next start; `docker inspect` does not find it.
    ///
    /// @param filter options of `docker ps`
    public static List<String> containers(URI host, String... filter) throws IOException, InterruptedException {
        List<String> list = new ArrayList<>(List.of("--host", host.toString(), "ps", "-aq"));
        list.addAll(List.of(filter));
        List<String> listed = docker(list.toArray(String[]::new)).orThrow().out().lines().toList();
        if (listed.isEmpty()) {
            return listed;
        }
        List<String> inspect = new ArrayList<>(List.of("--host", host.toString(), "inspect", "--type", "container", "--format", "{{.Id}}"));
        inspect.addAll(listed);
        return docker(inspect.toArray(String[]::new)).out().lines().filter(line -> !line.isEmpty()).toList();
    }
}
