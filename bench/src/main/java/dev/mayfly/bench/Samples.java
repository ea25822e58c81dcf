package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Measured durations of one thing.
final class Samples {
    private final List<Long> nanos = new ArrayList<>();

    void add(long elapsedNanos) {
        nanos.add(elapsedNanos);
    }

    void addAll(Samples others) {
        nanos.addAll(others.nanos);
    }

    /// A task to time.
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    void time(Task task) throws IOException, InterruptedException {
        long start = System.nanoTime();
        task.run();
        add(System.nanoTime() - start);
    }

    int count() {
        return nanos.size();
    }

    double medianMillis() {
        return quantileMillis(0.5);
    }

    double quantileMillis(double quantile) {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(quantile * sorted.size()))) / 1e6;
    }
}
