package dev.mayfly.job;

import dev.mayfly.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// What must be written is tried until the store takes it; so it must bear to be done twice.
final class Insistence {
    private static final System.Logger LOG = System.getLogger(Insistence.class.getName());
    private static final Duration RETRY = Duration.ofMillis(250);

    private Insistence() {}

    interface Write<T> {
        T run() throws StoreException, InterruptedException;
    }

    static <T> T on(String execution, Write<T> write) throws InterruptedException {
        while (true) {
            try {
                return write.run();
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "execution={0} waits for the store: {1}", execution, e.getMessage());
                Thread.sleep(RETRY);
            }
        }
    }
}
