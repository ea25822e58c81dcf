package dev.mayfly.async;

import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What must be written is tried until the store takes it; so it must bear to be done twice. A store that is away for
/// too long does not get it: by then others may have started the execution again, and when there are none this replica
/// does, as it finds it in the store and does not run it.
final class WriteRetry {
    private static final System.Logger LOG = System.getLogger(WriteRetry.class.getName());
    private static final Duration RETRY = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private WriteRetry() {}

    interface Write<T> {
        T run() throws StoreException, InterruptedException;
    }

    /// Empty when it was given up.
    static <T> Optional<T> on(String execution, Write<T> write) throws InterruptedException {
        return on(execution, write, System::nanoTime);
    }

    static <T> Optional<T> on(String execution, Write<T> write, LongSupplier nanoTime) throws InterruptedException {
        long begun = nanoTime.getAsLong();
        while (true) {
            try {
                return Optional.of(write.run());
            } catch (StoreException e) {
                if (nanoTime.getAsLong() - begun > PATIENCE.toNanos()) {
                    LOG.log(Level.ERROR, "execution={0} is given up here, and started again when the store is back: {1}", execution, e.getMessage());
                    return Optional.empty();
                }
                RareWarning.STORE.warn("execution={0} waits for the store: {1}", execution, e.getMessage());
                Thread.sleep(RETRY);
            }
        }
    }
}
