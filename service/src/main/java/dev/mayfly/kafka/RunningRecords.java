package dev.mayfly.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Who is working on which record, so that work in vain can be ended. Thread-safe.
final class RunningRecords {
    private final Map<Thread, Submitted> working = new HashMap<>();
    private boolean stopping;
    private boolean stopped;

    /// The calling thread begins; false when the record is not ours any more. While the service stops it waits, so
    /// that nothing more is asked for.
    synchronized boolean take(Submitted submitted) throws InterruptedException {
        while (stopping && !stopped) {
            wait();
        }
        if (stopped || submitted.progress().isLost()) {
            return false;
        }
        working.put(Thread.currentThread(), submitted);
        return true;
    }

    synchronized void release() {
        working.remove(Thread.currentThread());
        notifyAll();
    }

    /// Interrupts those whose partition has gone to another worker.
    synchronized void dropLost() {
        working.forEach((thread, submitted) -> {
            if (submitted.progress().isLost()) {
                thread.interrupt();
            }
        });
    }

    /// Nobody begins any more.
    synchronized void stopIntake() {
        stopping = true;
    }

    /// Those who work have so much time, and are then interrupted.
    synchronized void stop(Duration drain) throws InterruptedException {
        stopping = true;
        long deadline = System.nanoTime() + drain.toNanos();
        for (long left; !working.isEmpty() && (left = deadline - System.nanoTime()) > 0; ) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
        working.keySet().forEach(Thread::interrupt);
    }

    /// Lets those go who wait to begin.
    synchronized void stopped() {
        stopped = true;
        notifyAll();
    }
}
