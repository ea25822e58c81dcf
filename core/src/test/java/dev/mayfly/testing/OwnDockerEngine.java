package dev.mayfly.testing;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Docker engine for one test class, beside the machine's own, so that it can be stopped, hung and filled up. Its
/// disk is a small file system in memory. It has mounts and a network of its own, which end with it: in the machine's
/// it would take the bridge of the machine's engine away.
public final class OwnDockerEngine implements AutoCloseable {
    private static final String DISK_BYTES = String.valueOf(700L << 20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Process disk;
    private final List<String> options;
    private @Nullable Process engine;
    private @Nullable ScheduledExecutorService filling;

    /// @param images copied from the machine's engine
    /// @param options of the engine beyond the usual
    public OwnDockerEngine(List<String> images, String... options) throws Exception {
        this.options = List.of(options);
        folder = Files.createTempDirectory("mayfly-engine");
        Files.createDirectory(disk());
        disk = new ProcessBuilder("unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
                // with a containerd of its own also where the machine's is another's
                "mount -t tmpfs -o size=%s none %s && mkdir -p /run/containerd && mount -t tmpfs none /run/containerd && touch %s && exec sleep 1800"
                        .formatted(DISK_BYTES, disk(), folder.resolve("mounted"))).inheritIO().start();
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("mounted")));
            Files.writeString(configuration(), "{}");
            start();
            Path archive = folder.resolve("images.tar");
            List<String> save = new ArrayList<>(List.of("docker", "save", "-o", archive.toString()));
            save.addAll(images);
            DockerCommand.run(new byte[0], save).orThrow();
            docker("load", "-i", archive.toString()).orThrow();
            Files.delete(archive);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private Process running() {
        return requireNonNull(engine);
    }

    private Path configuration() {
        return folder.resolve("daemon.json");
    }

    private Path disk() {
        return folder.resolve("disk");
    }

    private Path socket() {
        return folder.resolve("docker.sock");
    }

    public URI host() {
        return URI.create("unix://" + socket());
    }

    public void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--mount", "--net", "--target", String.valueOf(disk.pid()), "dockerd", "--config-file", configuration().toString(), "--host", host().toString(),
                "--data-root", disk().toString(), "--exec-root", folder.resolve("run").toString(), "--pidfile", folder.resolve("pid").toString(),
                "--bridge", "none", "--iptables=false", "--ip-forward=false", "--storage-driver", "overlay2"));
        command.addAll(options);
        // What one that was killed leaves behind keeps the next one from starting.
        for (String stale : List.of("pid", "run/containerd/containerd.pid", "run/containerd/containerd.sock", "run/containerd/containerd.sock.ttrpc",
                "run/containerd/containerd-debug.sock")) {
            Files.deleteIfExists(folder.resolve(stale));
        }
        engine = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/own-docker-engine.log"))).start();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> docker("version").exitCode() == 0);
    }

    /// SIGTERM; returns when it has ended.
    public void stop() throws InterruptedException {
        running().destroy();
        running().waitFor();
    }

    /// `kill -9`
    public void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    public void hang() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(running().pid())).start().waitFor();
    }

    /// Leaves not a byte free until [#freeDisk]: what containers that go give back is taken too, or it would do for
    /// the next ones.
    public void fillDisk() {
        fill();
        var started = Executors.newSingleThreadScheduledExecutor();
        filling = started;
        var _ = started.scheduleWithFixedDelay(this::fill, 20, 20, TimeUnit.MILLISECONDS);
    }

    private void fill() {
        byte[] block = new byte[1 << 16];
        try (OutputStream filler = Files.newOutputStream(filler(), CREATE, APPEND)) {
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            // as it shall be
        }
    }

    public void freeDisk() throws IOException {
        requireNonNull(filling).close();
        Files.delete(filler());
    }

    private Path filler() {
        return Path.of("/proc/%d/root%s/filler".formatted(disk.pid(), disk()));
    }

    public DockerCommand.Ended docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "--host", host().toString()));
        command.addAll(List.of(arguments));
        return DockerCommand.run(new byte[0], command);
    }

    public List<String> containers() throws IOException, InterruptedException {
        return DockerCommand.containers(host());
    }

    @Override
    public void close() throws Exception {
        if (engine != null) {
            goOn();
            engine.destroy();
            if (!engine.waitFor(60, TimeUnit.SECONDS)) {
                engine.destroyForcibly().waitFor();
            }
        }
        // of one that was killed, processes may be left
        ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .forEach(ProcessHandle::destroyForcibly);
        disk.destroyForcibly().waitFor();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
