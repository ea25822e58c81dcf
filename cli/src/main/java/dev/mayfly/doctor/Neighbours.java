package dev.mayfly.doctor;

import dev.mayfly.sandbox.SandboxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Ordinary programs, one after the other, until it is closed; at least one.
final class Neighbours implements AutoCloseable {
    private static final int PAUSE_MILLIS = 25;

    /// Runs one program and returns how long it took.
    interface Program {
        Duration run() throws InterruptedException, SandboxException;
    }

    private final Program program;
    private final List<Duration> durations = new CopyOnWriteArrayList<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean over;

    Neighbours(Program program) {
        this.program = program;
        thread = Thread.ofVirtual().name("neighbours").start(this::run);
    }

    private void run() {
        try {
            do {
                durations.add(program.run());
                Thread.sleep(PAUSE_MILLIS);
            } while (!over);
        } catch (SandboxException e) {
            troubles.add(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            troubles.add("a neighbour was interrupted");
        }
    }

    List<Duration> durations() {
        return durations;
    }

    List<String> troubles() {
        return troubles;
    }

    /// Returns when the last one has ended; its own deadline is its bound.
    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
    }
}
