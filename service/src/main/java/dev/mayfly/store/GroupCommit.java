package dev.mayfly.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// One thread writes for all: what has come while it was at one transaction goes together into the next, so that the
/// disk's confirmation is waited for once a group. A group in which something fails is done again one by one, so that
/// each fails for itself.
///
/// A platform thread, for SQLite's native calls hold the thread that carries a virtual one.
final class GroupCommit implements AutoCloseable {
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_WAITING = 1024;

    private final Jdbi jdbi;
    private final BlockingQueue<Pending<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread writer;
    private volatile boolean closed;

    GroupCommit(Jdbi jdbi) {
        this.jdbi = jdbi;
        writer = Thread.ofPlatform().name("store-writer").daemon().start(this::write);
    }

    private static final class Pending<T> {
        private final Work<T> work;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;

        Pending(Work<T> work) {
            this.work = work;
        }

        void doOn(Handle handle) {
            result = work.on(handle);
        }

        @SuppressWarnings("NullAway") // a work that has been done has its result, which may be null where T may be
        void committed() {
            done.complete(result);
        }
    }

    /// The future completes when the work is on the disk, on the writing thread: what depends on it must be short.
    <T> CompletableFuture<T> submit(Work<T> work) throws InterruptedException {
        var pending = new Pending<>(work);
        waiting.put(pending);
        if (closed) {
            failAll(List.of(pending), new IllegalStateException("the store is closed"));
        }
        return pending.done;
    }

    private void write() {
        List<Pending<?>> group = new ArrayList<>(MOST_AT_ONCE);
        while (!closed) {
            try {
                group.add(waiting.take());
                waiting.drainTo(group, MOST_AT_ONCE - 1);
                commit(group);
            } catch (InterruptedException e) {
                closed = true;
            }
            group.clear();
        }
        waiting.drainTo(group);
        failAll(group, new IllegalStateException("the store is closed"));
    }

    private void commit(List<Pending<?>> group) {
        try {
            inTransaction(group);
        } catch (ConnectionException | Error e) {
            failAll(group, e);
        } catch (RuntimeException e) {
            if (group.size() == 1) {
                failAll(group, e);
            } else {
                group.forEach(pending -> commit(List.of(pending)));
            }
        }
    }

    private void inTransaction(List<Pending<?>> group) {
        jdbi.useTransaction(handle -> group.forEach(pending -> pending.doOn(handle)));
        group.forEach(Pending::committed);
    }

    private static void failAll(List<Pending<?>> group, Throwable reason) {
        group.forEach(pending -> pending.done.completeExceptionally(reason));
    }

    /// What is being written is still written.
    @Override
    public void close() throws InterruptedException {
        closed = true;
        writer.interrupt();
        writer.join();
    }
}
