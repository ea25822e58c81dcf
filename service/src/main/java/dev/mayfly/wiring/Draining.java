package dev.mayfly.wiring;

import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Whether this service is about to stop. It is unready first, and accepts requests for a while longer: a proxy sends
/// them until its next checks have failed. Thread-safe.
@Singleton
public class Draining {
    private static final System.Logger LOG = System.getLogger(Draining.class.getName());

    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch atOnce = new CountDownLatch(1);

    public boolean isBegun() {
        return begun.get();
    }

    /// Returns after the delay, from which on nothing needs to be accepted. Asked again, it ends the delay.
    void announce(Duration delay) throws InterruptedException {
        if (begun.getAndSet(true)) {
            atOnce.countDown();
            return;
        }
        LOG.log(Level.INFO, "draining: not ready any more, requests are accepted for another {0}", delay);
        var _ = atOnce.await(delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
