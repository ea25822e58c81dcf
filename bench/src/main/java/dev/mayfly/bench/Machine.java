package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The machine that the figures are measured on, and plain processes on it.
final class Machine {
    private static final List<String> DOCKER_VERSION = List.of("docker", "version", "--format", "{{.Server.Version}}");
    private static final String MISSING = "missing"; // reported by the scenario that needs it
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
        return "%d cores (%s), Linux %s, Java %s, Docker %s, %s".formatted(
                Runtime.getRuntime().availableProcessors(), cpu, System.getProperty("os.version"), Runtime.version().feature(),
                version(DOCKER_VERSION), version(List.of("/usr/bin/python3", "--version")));
    }

    static boolean hasDockerEngine() throws InterruptedException {
        return !version(DOCKER_VERSION).equals(MISSING);
    }

    private static String version(List<String> command) throws InterruptedException {
        try {
            return run(command);
        } catch (IOException e) {
            return MISSING;
        }
    }

    /// Processor time that everything on this machine has used since it started: user, nice, system, interrupts.
    static double busyMillis() throws IOException {
        String[] ticks = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        return Arrays.stream(new int[] {1, 2, 3, 6, 7}).mapToLong(column -> Long.parseLong(ticks[column])).sum() * (double) TICK_MILLIS;
    }

    static double pageFaults() throws IOException {
        return Files.readAllLines(Path.of("/proc/vmstat")).stream()
                .filter(line -> line.startsWith("pgfault "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /// Memory of a process and of all that come of it, each page that several share counted once.
    static double proportionalMebibytes(ProcessHandle process) throws IOException {
        double kibibytes = 0;
        for (ProcessHandle each : Stream.concat(Stream.of(process), process.descendants()).toList()) {
            kibibytes += proportionalKibibytes(Path.of("/proc/%d/smaps_rollup".formatted(each.pid())));
        }
        return kibibytes / 1024;
    }

    private static double proportionalKibibytes(Path rollup) throws IOException {
        try (Stream<String> lines = Files.lines(rollup)) {
            return lines.filter(line -> line.startsWith("Pss:")).mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", ""))).sum();
        } catch (NoSuchFileException | UncheckedIOException e) {
            return 0; // it has ended meanwhile
        }
    }

    /// Of the processor time, this process's share.
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

    /// Runs a process to its end and returns what it said; throws when it failed.
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, process.exitValue(), output));
        }
        return output.strip();
    }
}
