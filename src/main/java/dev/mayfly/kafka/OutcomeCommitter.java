package dev.mayfly.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.mayfly.kafka.KafkaSettings.Topics;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Makes endings visible, in transactions: whatever has ended by then, the ledger's lines about it, the offsets up to which all has
/// ended. Thread-safe.
///
/// After any failure the producer is made anew, which settles the transaction that was on its way, and the ledger tells what of it is
/// visible; the rest is sent again. So a broker may go away at any moment, and a commit whose answer was lost is not repeated.
final class OutcomeCommitter implements AutoCloseable {
    /// One ended record and what is to be sent about it.
    record Ended(Submitted submitted, Ending ending, CompletableFuture<Boolean> visible) {
        /// What it takes in a transaction, by and large.
        long bytes() {
            return ENVELOPE_BYTES + switch (ending) {
                case Ending.Result result -> result.json().length;
                case Ending.DeadLetter _, Ending.Moved _ -> submitted.value().length;
                case Ending.Untold _, Ending.Duplicate _ -> 0;
            };
        }
    }

    private static final System.Logger LOG = System.getLogger(OutcomeCommitter.class.getName());
    private static final long LINGER_MILLIS = 200; // a transaction costs more than a result
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(15);
    private static final int MAX_BATCH = 500;
    private static final long MAX_BATCH_BYTES = 8L << 20;
    private static final int MAX_RESULT_BYTES = 32 << 20;
    private static final long ENVELOPE_BYTES = 512;

    private final Clients clients;
    private final Partitions partitions;
    private final Ledger ledger;
    private final KafkaSettings settings;
    private final BulkMetrics metrics;
    // Bounded by the records in hand: each waits for its ending to be visible.
    private final BlockingQueue<Ended> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final CountDownLatch open = new CountDownLatch(1);
    private final Semaphore resultBytes = new Semaphore(MAX_RESULT_BYTES);
    private volatile boolean closing;
    private volatile boolean ended;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean settled;

    OutcomeCommitter(Clients clients, Partitions partitions, Ledger ledger, KafkaSettings settings, BulkMetrics metrics) {
        this.clients = clients;
        this.partitions = partitions;
        this.ledger = ledger;
        this.settings = settings;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name("outcomes").start(this::commitAll);
    }

    /// Returns when no transaction of a predecessor is pending any more.
    void awaitOpen() throws InterruptedException {
        open.await();
    }

    /// True when the ending has become visible, false when the partition was lost before.
    boolean commit(Submitted submitted, Ending ending) throws InterruptedException {
        var mine = new Ended(submitted, ending, new CompletableFuture<>());
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
        List<Ended> batch = new ArrayList<>();
        try {
            settlePredecessor();
            while (!closing || !queue.isEmpty()) {
                Ended first = queue.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
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
            if (producer != null) {
                producer.close(Duration.ofSeconds(1));
            }
        }
    }

    private void settlePredecessor() throws InterruptedException {
        while (!closing) {
            try {
                renewProducer();
                settled = true;
                open.countDown();
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "the bulk door waits for the broker: {0}", e.toString());
                TimeUnit.MILLISECONDS.sleep(LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /// In transactions of bounded size; after a failure in smaller ones, so that one record cannot hold up the others' for good.
    private void commitUntilVisible(List<Ended> batch) throws InterruptedException {
        int most = MAX_BATCH;
        long pause = FIRST_PAUSE_MILLIS;
        while (!batch.isEmpty()) {
            List<Ended> part = new ArrayList<>();
            partitions.commit.lockInterruptibly();
            try {
                settle(batch);
                takePart(batch, part, most);
                if (!part.isEmpty()) {
                    send(part);
                }
                most = Math.min(MAX_BATCH, 2 * most);
                pause = FIRST_PAUSE_MILLIS;
                continue;
            } catch (RuntimeException e) {
                settled = false;
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

    private void settle(List<Ended> batch) {
        dropLost(batch);
        if (!settled && !batch.isEmpty()) {
            renewProducer();
            dropVisible(batch);
            settled = true;
        }
    }

    private static void takePart(List<Ended> batch, List<Ended> part, int most) {
        long bytes = 0;
        while (!batch.isEmpty() && part.size() < most && (part.isEmpty() || bytes + batch.getFirst().bytes() <= MAX_BATCH_BYTES)) {
            Ended next = batch.removeFirst();
            bytes += next.bytes();
            part.add(next);
        }
    }

    private void dropLost(List<Ended> batch) {
        batch.stream().filter(each -> each.submitted().progress().isLost()).forEach(each -> each.visible().complete(false));
        batch.removeIf(each -> each.submitted().progress().isLost());
    }

    private void renewProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
        producer = clients.producer();
        producer.initTransactions();
    }

    /// After a transaction whose end is not known: the ledger knows.
    private void dropVisible(List<Ended> batch) {
        for (var ofPartition : byPartition(batch).entrySet()) {
            PartitionProgress known = ofPartition.getValue().getFirst().submitted().progress();
            long first = ofPartition.getValue().stream().mapToLong(each -> each.submitted().offset()).min().orElseThrow();
            var seen = new PartitionProgress(0, first, 0);
            ledger.recallNew(ofPartition.getKey(), seen, known.ledgerEnd());
            for (Ended each : ofPartition.getValue()) {
                if (seen.hasEnded(each.submitted().offset())) {
                    batch.remove(each);
                    settle(each, seen.line(each.submitted().offset()));
                }
            }
        }
    }

    private void send(List<Ended> part) {
        Producer<byte[], byte[]> sender = Objects.requireNonNull(producer);
        Map<Ended, List<Future<RecordMetadata>>> sent = new HashMap<>();
        try {
            sender.beginTransaction();
            for (Ended each : part) {
                List<Future<RecordMetadata>> answers = new ArrayList<>();
                sent.put(each, answers);
                records(each).forEach(record -> answers.add(sender.send(record)));
            }
            sender.sendOffsetsToTransaction(offsets(part), partitions.group());
            sender.commitTransaction();
        } catch (KafkaException e) {
            part.replaceAll(each -> isTooLarge(sent.getOrDefault(each, List.of())) ? shortened(each) : each);
            throw e;
        }
        for (Ended each : part) {
            List<Future<RecordMetadata>> answers = sent.getOrDefault(each, List.of());
            settle(each, answers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(answers.getLast().resultNow().offset()));
        }
    }

    private static Ended shortened(Ended each) {
        if (each.ending() instanceof Ending.Result result) {
            each.submitted().progress().release(result.id()); // it will have none
        }
        return new Ended(each.submitted(), each.ending().shortened(), each.visible());
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(List<Ended> batch) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (var ofPartition : byPartition(batch).entrySet()) {
            Set<Long> ending = ofPartition.getValue().stream().map(each -> each.submitted().offset()).collect(toSet());
            PartitionProgress progress = ofPartition.getValue().getFirst().submitted().progress();
            long offset = progress.committable(ending);
            offsets.put(
                    new TopicPartition(settings.topics().submissions(), ofPartition.getKey()),
                    new OffsetAndMetadata(offset, String.valueOf(progress.ledgerNeededFrom(offset))));
        }
        return offsets;
    }

    private static Map<Integer, List<Ended>> byPartition(List<Ended> batch) {
        return batch.stream().collect(groupingBy(ended -> ended.submitted().partition()));
    }

    /// Our own bound holds, but the topic's may be lower.
    private static boolean isTooLarge(List<Future<RecordMetadata>> answers) {
        return answers.stream().anyMatch(answer -> answer.state() == Future.State.FAILED && answer.exceptionNow() instanceof RecordTooLargeException);
    }

    private void settle(Ended each, OptionalLong line) {
        Submitted submitted = each.submitted();
        switch (each.ending()) {
            case Ending.Result result -> submitted.progress().hasResult(result.id(), submitted.content());
            case Ending.Untold(String reason) -> LOG.log(Level.ERROR, "partition={0} offset={1} has no result, and its dead letter ({2}) is not taken",
                    submitted.partition(), submitted.offset(), reason);
            case Ending.DeadLetter _, Ending.Duplicate _, Ending.Moved _ -> {}
        }
        submitted.progress().ended(submitted.offset(), line);
        metrics.ended(each.ending());
        each.visible().complete(true);
    }

    private List<ProducerRecord<byte[], byte[]>> records(Ended ended) {
        Topics topics = settings.topics();
        Submitted submitted = ended.submitted();
        return switch (ended.ending()) {
            case Ending.Result(String id, String tenant, byte[] json) -> List.of(
                    new ProducerRecord<>(topics.outcomes(), null, id.getBytes(UTF_8), json, List.of(header("tenant", tenant))),
                    line(submitted, id.getBytes(UTF_8), true));
            case Ending.DeadLetter letter -> List.of(
                    new ProducerRecord<>(topics.deadLetters(), null, submitted.keyOfLetter(letter.whole()),
                            letter.whole() ? submitted.value() : new byte[0], headers(submitted, letter)),
                    line(submitted, new byte[0], false));
            case Ending.Untold _ -> List.of(line(submitted, new byte[0], false));
            case Ending.Moved(String id, int partition) -> List.of(
                    new ProducerRecord<>(topics.submissions(), partition, id.getBytes(UTF_8), submitted.value()),
                    line(submitted, new byte[0], false));
            case Ending.Duplicate _ -> List.of();
        };
    }

    private ProducerRecord<byte[], byte[]> line(Submitted submitted, byte[] key, boolean hasResult) {
        var line = new LedgerLine(submitted.offset(), hasResult, submitted.content());
        return new ProducerRecord<>(settings.topics().ledger(), submitted.partition(), key, line.encoded());
    }

    private List<Header> headers(Submitted submitted, Ending.DeadLetter letter) {
        return List.of(
                header("reason", letter.reason()),
                header("detail", letter.detail()),
                header("attempts", String.valueOf(letter.attempts())),
                header("topic", settings.topics().submissions()),
                header("partition", String.valueOf(submitted.partition())),
                header("offset", String.valueOf(submitted.offset())),
                header("bytes", String.valueOf(submitted.value().length)));
    }

    private static Header header(String name, String value) {
        return new RecordHeader("mayfly-" + name, value.getBytes(UTF_8));
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
