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
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
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
        Ended shortened() {
            return new Ended(submitted, ending.shortened(), visible);
        }
    }

    private static final System.Logger LOG = System.getLogger(OutcomeCommitter.class.getName());
    private static final long LINGER_MILLIS = 50;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(15);
    private static final int MAX_BATCH = 500;

    private final Clients clients;
    private final Partitions partitions;
    private final Ledger ledger;
    private final KafkaSettings settings;
    private final BulkMetrics metrics;
    // Bounded by the records in hand: each waits for its ending to be visible.
    private final BlockingQueue<Ended> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable Producer<byte[], byte[]> producer;

    OutcomeCommitter(Clients clients, Partitions partitions, Ledger ledger, KafkaSettings settings, BulkMetrics metrics) {
        this.clients = clients;
        this.partitions = partitions;
        this.ledger = ledger;
        this.settings = settings;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name("outcomes").start(this::commitAll);
    }

    /// True when the ending has become visible, false when the partition was lost before.
    boolean commit(Submitted submitted, Ending ending) throws InterruptedException {
        var ended = new Ended(submitted, ending, new CompletableFuture<>());
        queue.put(ended);
        try {
            return ended.visible().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void commitAll() {
        List<Ended> batch = new ArrayList<>();
        try {
            while (!closing || !queue.isEmpty()) {
                Ended first = queue.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                TimeUnit.MILLISECONDS.sleep(LINGER_MILLIS);
                queue.drainTo(batch, MAX_BATCH - 1);
                commitUntilVisible(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() has waited long enough
        } finally {
            batch.addAll(queue);
            batch.forEach(ended -> ended.visible().complete(false));
            if (producer != null) {
                producer.close(Duration.ofSeconds(1));
            }
        }
    }

    private void commitUntilVisible(List<Ended> batch) throws InterruptedException {
        boolean unsettled = producer == null;
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            partitions.commit.lockInterruptibly();
            try {
                dropLost(batch);
                if (batch.isEmpty()) {
                    return;
                }
                if (unsettled) {
                    renewProducer();
                    dropVisible(batch);
                    unsettled = false;
                }
                if (!batch.isEmpty()) {
                    send(batch);
                }
                return;
            } catch (KafkaException | IllegalStateException | CompletionException e) {
                unsettled = true;
                LOG.log(Level.WARNING, "outcomes={0} are sent again: {1}", batch.size(), e.toString());
            } finally {
                partitions.commit.unlock();
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    private void dropLost(List<Ended> batch) {
        batch.removeIf(ended -> ended.submitted().progress().isLost() && ended.visible().complete(false));
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
            long first = ofPartition.getValue().stream().mapToLong(ended -> ended.submitted().offset()).min().orElseThrow();
            var seen = new PartitionProgress(0, first, 1);
            ledger.recall(ofPartition.getKey(), seen);
            for (Ended ended : ofPartition.getValue()) {
                if (seen.hasEnded(ended.submitted().offset())) {
                    batch.remove(ended);
                    settle(ended);
                }
            }
        }
    }

    private void send(List<Ended> batch) {
        Producer<byte[], byte[]> sender = Objects.requireNonNull(producer);
        Map<Ended, List<Future<RecordMetadata>>> sent = new HashMap<>();
        try {
            sender.beginTransaction();
            for (Ended ended : batch) {
                List<Future<RecordMetadata>> answers = new ArrayList<>();
                sent.put(ended, answers);
                records(ended).forEach(each -> answers.add(sender.send(each)));
            }
            sender.sendOffsetsToTransaction(offsets(batch), partitions.group());
            sender.commitTransaction();
        } catch (KafkaException e) {
            batch.replaceAll(ended -> isTooLarge(sent.getOrDefault(ended, List.of())) ? ended.shortened() : ended);
            throw e;
        }
        batch.forEach(this::settle);
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(List<Ended> batch) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (var ofPartition : byPartition(batch).entrySet()) {
            Set<Long> ending = ofPartition.getValue().stream().map(ended -> ended.submitted().offset()).collect(toSet());
            long offset = ofPartition.getValue().getFirst().submitted().progress().committable(ending);
            offsets.put(new TopicPartition(settings.topics().submissions(), ofPartition.getKey()), new OffsetAndMetadata(offset));
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

    private void settle(Ended ended) {
        Submitted submitted = ended.submitted();
        switch (ended.ending()) {
            case Ending.Result result -> submitted.progress().hasResult(result.id(), submitted.content());
            case Ending.DeadLetter _, Ending.Duplicate _, Ending.Moved _ -> {}
        }
        submitted.progress().ended(submitted.offset());
        metrics.ended(ended.ending());
        ended.visible().complete(true);
    }

    private List<ProducerRecord<byte[], byte[]>> records(Ended ended) {
        Topics topics = settings.topics();
        Submitted submitted = ended.submitted();
        return switch (ended.ending()) {
            case Ending.Result(String id, String tenant, byte[] json) -> List.of(
                    new ProducerRecord<>(topics.outcomes(), null, id.getBytes(UTF_8), json, List.of(header("tenant", tenant))),
                    line(submitted, id.getBytes(UTF_8), true));
            case Ending.DeadLetter letter -> List.of(
                    new ProducerRecord<>(topics.deadLetters(), null, submitted.key(), letter.whole() ? submitted.value() : new byte[0],
                            headers(submitted, letter)),
                    line(submitted, new byte[0], false));
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
