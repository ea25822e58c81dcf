package dev.mayfly.doctor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What an attack could make this process keep. Virtual threads do not count: they are heap.
record Vitals(long heapBytes, int threads, long descriptors) {
    /// What comes and goes by itself: carriers of virtual threads, classes that are read, a response that is not collected yet.
    private static final long HEAP_LEEWAY = 24L << 20;
    private static final int THREAD_LEEWAY = 8;
    private static final int DESCRIPTOR_LEEWAY = 8;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static Vitals now() {
        System.gc();
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            Runtime runtime = Runtime.getRuntime();
            return new Vitals(runtime.totalMemory() - runtime.freeMemory(), ManagementFactory.getThreadMXBean().getThreadCount(), open.count());
        } catch (IOException e) {
            throw new IllegalStateException("cannot count open files in " + DESCRIPTORS, e);
        }
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
        if (descriptors > before.descriptors + DESCRIPTOR_LEEWAY) {
            growth.add("open files grew from %d to %d".formatted(before.descriptors, descriptors));
        }
        return growth;
    }
}
