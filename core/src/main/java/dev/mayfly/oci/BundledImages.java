package dev.mayfly.oci;

import dev.mayfly.sandbox.SandboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Images that come with the service, in a folder that `docker save` or the OCI image layout has filled. They are unpacked
/// into the store before the first image is looked for. Thread-safe.
final class BundledImages {
    private static final System.Logger LOG = System.getLogger(BundledImages.class.getName());

    private final Optional<Path> archive;
    private final ImageStore store;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile boolean loaded;

    BundledImages(Optional<Path> archive, ImageStore store) {
        this.archive = archive;
        this.store = store;
    }

    /// Returns at once when that was done before. After a failure, the next call tries again.
    void load() throws SandboxException, InterruptedException {
        if (loaded || archive.isEmpty()) {
            return;
        }
        loading.lockInterruptibly();
        try {
            if (!loaded) {
                List<String> names = store.loadMissing(archive.get());
                LOG.log(Level.INFO, "images of {0}: {1}", archive.get(), names.isEmpty() ? "all unpacked before" : "unpacked " + String.join(", ", names));
                loaded = true;
            }
        } catch (IOException e) {
            throw new SandboxException("cannot load the images of %s: %s".formatted(archive.get(), e.getMessage()), e);
        } finally {
            loading.unlock();
        }
    }
}
