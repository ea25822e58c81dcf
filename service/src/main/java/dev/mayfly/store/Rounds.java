package dev.mayfly.store;

import dev.mayfly.sandbox.RareWarning;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Does one thing in rounds, on a virtual thread of its own, whatever happens in a round. Thread-safe.
public final class Rounds implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rounds.class.getName());

    private final String name;
    private final Duration pause;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;

    /// One round.
    public interface Round {
        /// @return whether there may be more to do at once
        boolean run() throws StoreException, InterruptedException;
    }

    /// @param pause behind a round after which there is nothing more to do, or that failed
    public Rounds(String name, Duration pause, Round round) {
        this.name = name;
        this.pause = pause;
        thread = Thread.ofVirtual().name(name).unstarted(() -> go(round));
    }

    public void start() {
        thread.start();
    }

    private void go(Round round) {
        try {
            while (!stopped) {
                news.drainPermits(); // before the round, so that what comes while it looks brings the next one
                if (!done(round)) {
                    news.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is closed
        }
    }

    private boolean done(Round round) throws InterruptedException {
        try {
            return round.run();
        } catch (StoreException e) {
            RareWarning.STORE.warn("{0} tries again: {1}", name, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, name + " tries again", e);
        }
        return false;
    }

    /// There is something to do: the pause is over.
    public void wake() {
        news.release();
    }

    /// No more rounds; one that is under way goes to its end.
    public void stop() {
        stopped = true;
        wake();
    }

    /// Waits for the end of a round that is under way.
    public void awaitStopped(Duration patience) throws InterruptedException {
        stop();
        thread.join(patience);
    }

    /// Breaks off a round that is under way.
    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
