package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The machine that the figures are measured on, and plain processes on it.
final class Machine {
    static final List<String> BARE_PYTHON = List.of("/usr/bin/python3", "-c", "print(6*7)");
    private static final int TICK_MILLIS = 10;
    private static final int MOST_TRIES = 20;

    private Machine() {}

    static String description() throws IOException, InterruptedException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
        return "%d cores (%s), Linux %s, Java %s, Docker %s, %s, Node %s".formatted(
                Runtime.getRuntime().availableProcessors(), cpu, System.getProperty("os.version"), Runtime.version().feature(),
                version(List.of("docker", "version", "--format", "{{.Server.Version}}")), version(List.of("/usr/bin/python3", "--version")),
                version(List.of("node", "--version")));
    }

    private static String version(List<String> command) throws InterruptedException {
        try {
            return run(command);
        } catch (IOException e) {
            return "missing"; // told by the scenario that needs it
        }
    }

    /// Processor time that everything on this machine has used since it started: user, nice, system, interrupts.
    static double busyMillis() throws IOException {
        String[] ticks = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        return Arrays.stream(new int[] {1, 2, 3, 6, 7}).mapToLong(column -> Long.parseLong(ticks[column])).sum() * (double) TICK_MILLIS;
    }

    /// Of that, this process's share.
    static double ownMillis() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    }

    static double availableBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /// Mounts that a process of the host sees.
    static double mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).size();
    }

    static double networkInterfaces() throws IOException {
        return count(Path.of("/sys/class/net"), 1);
    }

    static double controlGroups() throws IOException {
        return count(Path.of("/sys/fs/cgroup"), 8);
    }

    /// 0 where the command is missing.
    static double firewallRules() throws InterruptedException {
        try {
            return run(List.of("iptables-save")).lines().filter(line -> line.startsWith("-A")).count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static double count(Path folder, int depth) throws IOException {
        for (int tries = 1; ; tries++) {
            try (Stream<Path> files = Files.find(folder, depth, (file, attributes) -> depth == 1 || attributes.isDirectory())) {
                return files.count();
            } catch (UncheckedIOException e) { // one went meanwhile
                if (tries == MOST_TRIES) {
                    throw e.getCause();
                }
            }
        }
    }

    /// Runs a process to its end and tells what it said; throws when it failed.
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, process.exitValue(), output));
        }
        return output.strip();
    }

    /// Never a version manager's shim.
    static String realNode() throws IOException {
        for (String path : List.of("/usr/bin/node", "/usr/bin/nodejs", "/usr/local/bin/node")) {
            if (Files.isExecutable(Path.of(path))) {
                return Path.of(path).toRealPath().toString();
            }
        }
        throw new IOException("bench compares with a bare node, and there is none in /usr/bin; apt-get install nodejs");
    }
}
