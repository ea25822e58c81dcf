package dev.mayfly.kafka;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/// Sends endings in transactions, together with the ledger's lines about them and the offsets before which all has
/// ended. Not thread-safe.
///
/// After any failure the producer is made again, which settles the transaction that was on its way, and the ledger
/// shows what of it is visible. So a broker may go away at any moment, and a commit whose answer was lost is not
/// repeated.
final class OutcomeTransactions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutcomeTransactions.class.getName());

    private final KafkaClients clients;
    private final Partitions partitions;
    private final Ledger ledger;
    private final KafkaSettings settings;
    private final BulkMetrics metrics;
    private final OutcomeRecords records;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean settled;

    OutcomeTransactions(KafkaClients clients, Partitions partitions, Ledger ledger, KafkaSettings settings, BulkMetrics metrics) {
        this.clients = clients;
        this.partitions = partitions;
        this.ledger = ledger;
        this.settings = settings;
        this.metrics = metrics;
        this.records = new OutcomeRecords(settings.topics());
    }

    /// Leaves no transaction whose end is not known, of a predecessor or of our own; what turns out to be visible is
    /// taken off the batch.
    void settle(List<EndedRecord> batch) {
        if (!settled) {
            renewProducer();
            dropVisible(batch);
            settled = true;
        }
    }

    private void renewProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
        producer = clients.producer();
        producer.initTransactions();
    }

    /// After a transaction whose end is not known: the ledger knows.
    private void dropVisible(List<EndedRecord> batch) {
        for (var ofPartition : byPartition(batch).entrySet()) {
            PartitionProgress known = ofPartition.getValue().getFirst().submitted().progress();
            long first = ofPartition.getValue().stream().mapToLong(each -> each.submitted().offset()).min().orElseThrow();
            var seen = new PartitionProgress(0, first, 0);
            ledger.recallNew(ofPartition.getKey(), seen, known.ledgerEnd());
            for (EndedRecord each : ofPartition.getValue()) {
                if (seen.hasEnded(each.submitted().offset())) {
                    batch.remove(each);
                    settle(each, seen.line(each.submitted().offset()));
                }
            }
        }
    }

    /// One transaction. When it throws, its end is not known.
    void send(List<EndedRecord> part) {
        settled = false;
        Producer<byte[], byte[]> sender = Objects.requireNonNull(producer);
        Map<EndedRecord, List<Future<RecordMetadata>>> sent = new HashMap<>();
        try {
            sender.beginTransaction();
            for (EndedRecord each : part) {
                List<Future<RecordMetadata>> answers = new ArrayList<>();
                sent.put(each, answers);
                records.of(each.submitted(), each.ending()).forEach(record -> answers.add(sender.send(record)));
            }
            sender.sendOffsetsToTransaction(offsets(part), partitions.group());
            sender.commitTransaction();
        } catch (KafkaException e) {
            part.replaceAll(each -> isTooLarge(sent.getOrDefault(each, List.of())) ? each.shortened() : each);
            throw e;
        }
        settled = true;
        for (EndedRecord each : part) {
            List<Future<RecordMetadata>> answers = sent.getOrDefault(each, List.of());
            settle(each, answers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(answers.getLast().resultNow().offset()));
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(List<EndedRecord> batch) {
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

    private static Map<Integer, List<EndedRecord>> byPartition(List<EndedRecord> batch) {
        return batch.stream().collect(groupingBy(ended -> ended.submitted().partition()));
    }

    /// Our own bound holds, but the topic's may be lower.
    private static boolean isTooLarge(List<Future<RecordMetadata>> answers) {
        return answers.stream().anyMatch(answer -> answer.state() == Future.State.FAILED && answer.exceptionNow() instanceof RecordTooLargeException);
    }

    private void settle(EndedRecord each, OptionalLong line) {
        Submitted submitted = each.submitted();
        switch (each.ending()) {
            case RecordOutcome.Result result -> submitted.progress().hasResult(result.id(), submitted.content());
            case RecordOutcome.Unreported(String reason) -> LOG.log(Level.ERROR, "partition={0} offset={1} has no result, and its dead letter ({2}) is not taken",
                    submitted.partition(), submitted.offset(), reason);
            case RecordOutcome.DeadLetter _, RecordOutcome.Duplicate _, RecordOutcome.Moved _ -> {}
        }
        submitted.progress().ended(submitted.offset(), line);
        metrics.ended(each.ending());
        each.visible().complete(true);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
        }
    }
}
