package dev.mayfly.oci;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Images that come with the service, in a folder that `docker save` or the OCI image layout has filled. They are
/// unpacked into the store before the first image is looked for. Thread-safe.
final class BundledImages {
    private static final System.Logger LOG = System.getLogger(BundledImages.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(60);

    private final Optional<Path> archive;
    private final ImageStore store;
    private final InstantSource clock;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Instant next = Instant.MIN;

    BundledImages(Optional<Path> archive, ImageStore store, InstantSource clock) {
        this.archive = archive;
        this.store = store;
        this.clock = clock;
    }

    /// Loads them once. A failure leaves the images of the store as they are, and the first call a minute later tries
    /// again.
    void load() throws InterruptedException {
        if (archive.isEmpty() || clock.instant().isBefore(next)) {
            return;
        }
        loading.lockInterruptibly();
        try {
            if (!clock.instant().isBefore(next)) {
                List<String> names = store.loadBundled(archive.get());
                LOG.log(Level.INFO, "images of {0}: {1}", archive.get(), names.isEmpty() ? "nothing is new" : "unpacked " + String.join(", ", names));
                next = Instant.MAX;
            }
        } catch (IOException e) {
            next = clock.instant().plus(AGAIN);
            LOG.log(Level.WARNING, "images of {0} were not loaded, and are tried again in {1} s: {2}", archive.get(), AGAIN.toSeconds(), e.getMessage());
        } finally {
            loading.unlock();
        }
    }
}
