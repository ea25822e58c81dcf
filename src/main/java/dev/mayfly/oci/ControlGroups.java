package dev.mayfly.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The control groups of a box on this host, v1 or v2: while there is one, the box is not gone, whatever its runtime says.
final class ControlGroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "mayfly";
    private static final boolean UNIFIED = Files.exists(ROOT.resolve("cgroup.controllers"));
    private static final int POLL_MILLIS = 10;

    private ControlGroups() {}

    /// Where a runtime is told to put a box.
    static String path(String id) {
        return "/%s/%s".formatted(PARENT, id);
    }

    static boolean isUnified() {
        return UNIFIED;
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

    static boolean exist(String id) throws IOException {
        return !of(id).isEmpty();
    }

    /// Kills whatever is in them and removes them; false when the patience ends first.
    static boolean remove(String id, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (List<Path> groups = of(id); !groups.isEmpty(); groups = of(id)) {
            for (Path group : groups) {
                for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
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

    private static void removeEmpty(Path group) {
        if (!group.toFile().delete()) {
            System.getLogger(ControlGroups.class.getName()).log(System.Logger.Level.DEBUG, "{0} is not empty yet", group);
        }
    }
}
