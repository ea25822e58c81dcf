package dev.mayfly.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// Reads what earlier owners of a partition, and this one, have written about it.
final class Ledger {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long DEADLINE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int LINES_PER_TRANSACTION_AND_MARKER = 2;

    private final Clients clients;
    private final KafkaSettings settings;

    Ledger(Clients clients, KafkaSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /// Brings the progress to where the partition stands. The committed offset must have been asked for before: the group's coordinator
    /// answers that only when no transaction with an offset of the partition is pending, so that none can come after the end seen here.
    void recall(int partition, PartitionProgress progress) {
        var ledger = new TopicPartition(settings.topics().ledger(), partition);
        try (Consumer<byte[], byte[]> reader = clients.ledgerReader()) {
            reader.assign(Set.of(ledger));
            long end = endOfAllTransactions(ledger);
            long begin = reader.beginningOffsets(Set.of(ledger)).getOrDefault(ledger, 0L);
            // A transaction's end takes an offset, too: at the worst every second one.
            reader.seek(ledger, Math.max(begin, end - (long) LINES_PER_TRANSACTION_AND_MARKER * settings.rememberedIds()));
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (reader.position(ledger) < end) {
                for (ConsumerRecord<byte[], byte[]> line : reader.poll(POLL)) {
                    progress.recall(LedgerLine.fingerprint(line.key()), LedgerLine.decode(line.value()));
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException("the ledger of partition %d is not readable to its end at %d".formatted(partition, end));
                }
            }
        }
    }

    /// Pending transactions included: reading waits until they have ended, one way or the other.
    private long endOfAllTransactions(TopicPartition ledger) {
        var options = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
        try (Admin admin = clients.admin()) {
            return admin.listOffsets(Map.of(ledger, OffsetSpec.latest()), options).partitionResult(ledger).toCompletionStage()
                    .toCompletableFuture().join().offset();
        }
    }
}
