package dev.mayfly.kafka;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Gathers endings and makes them visible, as often and as long as it takes. Thread-safe.
final class OutcomeCommitter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutcomeCommitter.class.getName());
    private static final long LINGER_MILLIS = 200; // a transaction costs more than a result
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(15);
    private static final int MAX_BATCH = 500;
    private static final long MAX_BATCH_BYTES = 8L << 20;
    private static final int MAX_RESULT_BYTES = 32 << 20;

    private final Partitions partitions;
    private final OutcomeTransactions transactions;
    // Bounded by the records in hand: each waits for its ending to be visible.
    private final BlockingQueue<EndedRecord> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final CountDownLatch open = new CountDownLatch(1);
    private final Semaphore resultBytes = new Semaphore(MAX_RESULT_BYTES);
    private volatile boolean closing;
    private volatile boolean ended;

    OutcomeCommitter(Partitions partitions, OutcomeTransactions transactions) {
        this.partitions = partitions;
        this.transactions = transactions;
        this.thread = Thread.ofPlatform().name("outcomes").start(this::commitAll);
    }

    /// Returns when no transaction of a predecessor is pending any more.
    void awaitOpen() throws InterruptedException {
        open.await();
    }

    /// True when the ending has become visible, false when the partition was lost before.
    boolean commit(Submitted submitted, RecordOutcome ending) throws InterruptedException {
        var mine = new EndedRecord(submitted, ending, new CompletableFuture<>());
        int bytes = (int) Math.min(MAX_RESULT_BYTES, mine.bytes());
        resultBytes.acquire(bytes);
        try {
            queue.put(mine);
            if (ended) {
                mine.visible().complete(false);
            }
            return mine.visible().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            resultBytes.release(bytes);
        }
    }

    private void commitAll() {
        List<EndedRecord> batch = new ArrayList<>();
        try {
            settlePredecessor();
            while (!closing || !queue.isEmpty()) {
                EndedRecord first = queue.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                TimeUnit.MILLISECONDS.sleep(LINGER_MILLIS);
                queue.drainTo(batch);
                commitUntilVisible(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() has waited long enough
        } finally {
            ended = true;
            open.countDown();
            queue.drainTo(batch);
            batch.forEach(each -> each.visible().complete(false));
            transactions.close();
        }
    }

    private void settlePredecessor() throws InterruptedException {
        while (!closing) {
            try {
                transactions.settle(List.of());
                open.countDown();
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "waiting for the Kafka broker: {0}", e.toString());
                TimeUnit.MILLISECONDS.sleep(LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /// In transactions of bounded size; after a failure in smaller ones, so that one record cannot hold up the others'
    /// for good.
    private void commitUntilVisible(List<EndedRecord> batch) throws InterruptedException {
        int most = MAX_BATCH;
        long pause = FIRST_PAUSE_MILLIS;
        while (!batch.isEmpty()) {
            List<EndedRecord> part = new ArrayList<>();
            partitions.commit.lockInterruptibly();
            try {
                dropLost(batch);
                transactions.settle(batch);
                takePart(batch, part, most);
                if (!part.isEmpty()) {
                    transactions.send(part);
                }
                most = Math.min(MAX_BATCH, 2 * most);
                pause = FIRST_PAUSE_MILLIS;
                continue;
            } catch (RuntimeException e) {
                batch.addAll(part);
                most = Math.max(1, most / 2);
                LOG.log(Level.WARNING, "outcomes={0} are sent again: {1}", part.size(), e.toString());
            } finally {
                partitions.commit.unlock();
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private static void takePart(List<EndedRecord> batch, List<EndedRecord> part, int most) {
        long bytes = 0;
        while (!batch.isEmpty() && part.size() < most && (part.isEmpty() || bytes + batch.getFirst().bytes() <= MAX_BATCH_BYTES)) {
            EndedRecord next = batch.removeFirst();
            bytes += next.bytes();
            part.add(next);
        }
    }

    private void dropLost(List<EndedRecord> batch) {
        batch.stream().filter(each -> each.submitted().progress().isLost()).forEach(each -> each.visible().complete(false));
        batch.removeIf(each -> each.submitted().progress().isLost());
    }

    /// Sends what has ended, as long as the broker lets it.
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
