package dev.mayfly.execution;

import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Brings missing images from their registries, behind the back of who looks for them: nobody waits for a slow
/// registry. One that did not come is asked for again after a while. Thread-safe.
final class ImagePulls {
    private static final System.Logger LOG = System.getLogger(ImagePulls.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(60);
    /// While it is being pulled.
    private static final long NEVER = Long.MIN_VALUE;

    private final SandboxEngine engine;
    private final LongSupplier nanoTime;
    /// By image: from when it may be asked for again, in nanoseconds of the timer.
    private final Map<String, Long> notBefore = new ConcurrentHashMap<>();

    ImagePulls(SandboxEngine engine, LongSupplier nanoTime) {
        this.engine = engine;
        this.nanoTime = nanoTime;
    }

    /// Begins to bring it, unless that goes on already or was in vain a moment ago.
    void begin(String image) {
        if (mayBegin(image, nanoTime.getAsLong())) {
            notBefore.put(image, NEVER);
            Thread.ofVirtual().name("pull-" + image).start(() -> pull(image));
        }
    }

    boolean mayBegin(String image, long now) {
        Long free = notBefore.get(image);
        return free == null || (free != NEVER && now - free >= 0);
    }

    private void pull(String image) {
        try {
            LOG.log(Level.INFO, "pulling image={0}", image);
            engine.pull(image);
            LOG.log(Level.INFO, "pulled image={0}", image);
        } catch (SandboxException e) {
            LOG.log(Level.WARNING, "image={0} is not there, and is asked for again in {1} s: {2}", image, AGAIN.toSeconds(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            notBefore.put(image, nanoTime.getAsLong() + AGAIN.toNanos());
        }
    }
}
