package dev.mayfly.oci;

import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The control groups of a sandbox on this host, v1 or v2: while there is one, the sandbox is not gone, whatever its
/// runtime says.
final class ControlGroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "mayfly";
    private static final boolean UNIFIED = Files.exists(ROOT.resolve("cgroup.controllers"));
    private static final int POLL_MILLIS = 10;
    private static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";
    private static final String SWAP = "memory.swap.max";

    /// Cgroup v1 charges what waits in sockets (of TCP and UDP) to nobody unless this is set, and then beside the
    /// memory: https://docs.kernel.org/admin-guide/cgroup-v1/memory.html. Version 2 charges it as memory.
    private static final String SOCKETS = "memory.kmem.tcp.limit_in_bytes";
    private static final int SOCKETS_SHARE = 8;
    static final int CPU_PERIOD_MICROS = 100_000;
    private static final int MICROS_PER_CPU_MILLI = CPU_PERIOD_MICROS / 1000;

    private ControlGroups() {}

    /// Where a runtime is to put a sandbox.
    static String path(String id) {
        return "/%s/%s".formatted(PARENT, id);
    }

    static boolean isUnified() {
        return UNIFIED;
    }

    /// Whether this host's kernel can keep a sandbox from swap, where there is any.
    static boolean countSwap() {
        return Files.exists(UNIFIED ? ROOT.resolve(PARENT).resolve(SWAP) : ROOT.resolve("memory").resolve(MEMORY_AND_SWAP));
    }

    /// A kernel may be built without.
    private static boolean countSockets() {
        return !UNIFIED && Files.exists(ROOT.resolve("memory").resolve(SOCKETS));
    }

    static long cpuQuotaMicros(Limits limits) {
        return (long) limits.cpuMillis() * MICROS_PER_CPU_MILLI;
    }

    /// What each file of a sandbox's control groups is to hold, in the order in which a new group takes them.
    static Map<String, String> limits(Limits limits) {
        String memory = String.valueOf(limits.memoryBytes());
        String pids = String.valueOf(Hardening.pidsLimit(limits, BuiltInMaker.NAME));
        String quota = String.valueOf(cpuQuotaMicros(limits));
        Map<String, String> files = new LinkedHashMap<>();
        files.put(UNIFIED ? "memory.max" : "memory.limit_in_bytes", memory);
        if (countSwap()) {
            files.put(UNIFIED ? SWAP : MEMORY_AND_SWAP, UNIFIED ? "0" : memory);
        }
        if (countSockets()) {
            files.put(SOCKETS, String.valueOf(limits.memoryBytes() / SOCKETS_SHARE));
        }
        files.put("pids.max", pids);
        if (UNIFIED) {
            files.put("cpu.max", quota + " " + CPU_PERIOD_MICROS);
        } else {
            files.put("cpu.cfs_period_us", String.valueOf(CPU_PERIOD_MICROS));
            files.put("cpu.cfs_quota_us", quota);
        }
        return files;
    }

    /// Gives a living sandbox other limits.
    static void change(String id, Limits limits) throws IOException {
        Map<String, String> files = limits(limits);
        if (files.containsKey(MEMORY_AND_SWAP)) {
            write(id, MEMORY_AND_SWAP, "-1"); // it must not be below the memory's at any time
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(id, file.getKey(), file.getValue());
        }
    }

    /// What an OCI runtime does not set, of a sandbox whose program has not begun.
    static void boundSockets(String id, Limits limits) throws IOException {
        if (countSockets()) {
            write(id, SOCKETS, String.valueOf(limits.memoryBytes() / SOCKETS_SHARE));
        }
    }

    private static void write(String id, String file, String value) throws IOException {
        Path hierarchy = UNIFIED ? ROOT : ROOT.resolve(file.substring(0, file.indexOf('.')));
        Files.writeString(hierarchy.resolve(PARENT).resolve(id).resolve(file), value, StandardOpenOption.WRITE);
    }

    private static List<Path> of(String id) throws IOException {
        Path relative = Path.of(PARENT, id);
        if (UNIFIED) {
            return Stream.of(ROOT.resolve(relative)).filter(Files::exists).toList();
        }
        try (Stream<Path> hierarchies = Files.list(ROOT)) {
            return hierarchies.map(hierarchy -> hierarchy.resolve(relative)).filter(Files::exists).toList();
        }
    }

    /// The numbers of a sandbox's processes.
    static List<Long> processes(String id) throws IOException {
        List<Path> groups = of(id);
        return groups.isEmpty() ? List.of() : processes(groups.getFirst()).stream().map(Long::valueOf).toList();
    }

    static boolean exist(String id) throws IOException {
        return !of(id).isEmpty();
    }

    /// Kills whatever is in them and removes them; false when the patience ends first.
    static boolean remove(String id, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (List<Path> groups = of(id); !groups.isEmpty(); groups = of(id)) {
            for (Path group : groups) {
                for (String process : processes(group)) {
                    ProcessHandle.of(Long.parseLong(process)).ifPresent(ProcessHandle::destroyForcibly);
                }
                removeEmpty(group);
            }
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    /// Another one may just be removing it, the keeper that has seen the last process end.
    private static List<String> processes(Path group) throws IOException {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs"));
        } catch (IOException e) {
            if (Files.exists(group)) {
                throw e;
            }
            return List.of();
        }
    }

    private static void removeEmpty(Path group) {
        if (!group.toFile().delete()) {
            System.getLogger(ControlGroups.class.getName()).log(System.Logger.Level.DEBUG, "{0} is not empty yet", group);
        }
    }
}
