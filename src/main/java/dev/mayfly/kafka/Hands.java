package dev.mayfly.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Who is working on which record, so that work in vain can be ended. Thread-safe.
final class Hands {
    private final Map<Thread, Submitted> working = new HashMap<>();
    private boolean stopping;

    /// The calling thread begins; false when it must not.
    synchronized boolean take(Submitted submitted) {
        if (stopping || submitted.progress().isLost()) {
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

    /// Nobody begins any more; those who work have so much time, and are then interrupted.
    synchronized void stop(Duration drain) throws InterruptedException {
        stopping = true;
        long deadline = System.nanoTime() + drain.toNanos();
        for (long left; !working.isEmpty() && (left = deadline - System.nanoTime()) > 0; ) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
        working.keySet().forEach(Thread::interrupt);
    }
}
