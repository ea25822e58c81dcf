package dev.mayfly.doctor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What an attack could make this process keep. Virtual threads do not count: they are heap.
///
/// @param openFiles how many, by what they are: `file`, `socket`, `pipe`, `anon_inode`
record Vitals(long heapBytes, int threads, Map<String, Long> openFiles) {
    /// What comes and goes by itself: carriers of virtual threads, classes that are read, a response that is not
    /// collected yet.
    private static final long HEAP_LEEWAY = 24L << 20;
    private static final int THREAD_LEEWAY = 8;
    private static final int OPEN_FILES_LEEWAY = 8;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static Vitals now() {
        System.gc();
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            Runtime runtime = Runtime.getRuntime();
            return new Vitals(runtime.totalMemory() - runtime.freeMemory(), ManagementFactory.getThreadMXBean().getThreadCount(),
                    open.collect(Collectors.groupingBy(Vitals::kind, TreeMap::new, Collectors.counting())));
        } catch (IOException e) {
            throw new IllegalStateException("cannot count open files in " + DESCRIPTORS, e);
        }
    }

    private static String kind(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/") ? "file" : target.substring(0, target.indexOf(':'));
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private long allOpen() {
        return openFiles.values().stream().mapToLong(Long::longValue).sum();
    }

    /// What is more than before and stays so; empty when all is as it was.
    List<String> growthSince(Vitals before) {
        List<String> growth = new ArrayList<>();
        if (heapBytes > before.heapBytes + HEAP_LEEWAY) {
            growth.add("heap grew from %d to %d MiB".formatted(before.heapBytes >> 20, heapBytes >> 20));
        }
        if (threads > before.threads + THREAD_LEEWAY) {
            growth.add("threads grew from %d to %d".formatted(before.threads, threads));
        }
        if (allOpen() > before.allOpen() + OPEN_FILES_LEEWAY) {
            growth.add("open files grew from %s to %s".formatted(before.openFiles, openFiles));
        }
        return growth;
    }
}
