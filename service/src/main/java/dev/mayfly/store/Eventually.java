package dev.mayfly.store;

import dev.mayfly.sandbox.RareWarning;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/// What needs the database: made in the background, again and again until the database is there, so that the rest of
/// the service does not wait for it. Thread-safe.
public final class Eventually<T> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Eventually.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CompletableFuture<T> made;
    private final Runnable giveUp;
    private volatile String reason = "the store is not open";

    /// Makes it.
    public interface Maker<T> {
        T make() throws StoreException, InterruptedException;
    }

    public Eventually(Maker<T> maker) {
        made = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("store-opening").daemon().start(() -> make(maker));
        giveUp = thread::interrupt;
    }

    private Eventually(CompletableFuture<T> made, Runnable giveUp) {
        this.made = made;
        this.giveUp = giveUp;
    }

    /// A part of it.
    public <P> Eventually<P> map(Function<T, P> part) {
        return new Eventually<>(made.thenApply(part), giveUp);
    }

    private void make(Maker<T> maker) {
        try {
            while (true) {
                try {
                    made.complete(maker.make());
                    return;
                } catch (StoreException e) {
                    reason = String.valueOf(e.getMessage());
                    RareWarning.STORE.warn("{0}", e.getMessage());
                    Thread.sleep(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        } catch (RuntimeException | Error e) {
            reason = String.valueOf(e.getMessage());
            LOG.log(Level.ERROR, "the store cannot be used", e);
            made.completeExceptionally(e);
        }
    }

    /// Waits a little when it is not there yet.
    ///
    /// @throws StoreException it is still not there
    public T get() throws StoreException, InterruptedException {
        try {
            return made.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StoreException(reason, e);
        }
    }

    /// Does it once, when it is there.
    public void whenMade(Consumer<T> use) {
        var _ = made.thenAccept(use);
    }

    /// Does it if it is there.
    public void ifMade(Consumer<T> use) {
        if (isMade()) {
            use.accept(made.join());
        }
    }

    public boolean isMade() {
        return made.isDone() && !made.isCompletedExceptionally();
    }

    /// Why it is not made.
    public String reason() {
        return reason;
    }

    /// Gives up on what is not made yet; what is made, its user closes.
    @Override
    public void close() {
        giveUp.run();
    }
}
