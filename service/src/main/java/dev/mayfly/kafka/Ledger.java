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
    private static final long STANDSTILL_NANOS = Duration.ofSeconds(30).toNanos();
    /// A transaction's end takes an offset, too: at the worst every second one.
    private static final int LINE_AND_MARKER = 2;

    private final KafkaClients clients;
    private final KafkaSettings settings;

    Ledger(KafkaClients clients, KafkaSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /// Brings the progress to where the partition stands. The committed offset must have been asked for before: the
    /// group's coordinator answers that only when no transaction with an offset of the partition is pending, so that
    /// none can come after the end seen here.
    ///
    /// @param needed from where lines report records that are not committed; further back, as many as are to be
    ///     remembered
    void recall(int partition, PartitionProgress progress, long needed) {
        recall(partition, progress, needed, settings.rememberedIds());
    }

    /// Only what has come since.
    void recallNew(int partition, PartitionProgress progress, long since) {
        recall(partition, progress, since, 0);
    }

    private void recall(int partition, PartitionProgress progress, long needed, int rememberedIds) {
        var ledger = new TopicPartition(settings.topics().ledger(), partition);
        try (Consumer<byte[], byte[]> reader = clients.ledgerReader()) {
            reader.assign(Set.of(ledger));
            long end = endOfAllTransactions(ledger);
            long begin = reader.beginningOffsets(Set.of(ledger)).getOrDefault(ledger, 0L);
            long remembered = end - (long) LINE_AND_MARKER * rememberedIds;
            reader.seek(ledger, Math.max(begin, Math.min(needed, remembered)));
            readTo(end, ledger, reader, progress);
            progress.recalledTo(end);
        }
    }

    private static void readTo(long end, TopicPartition ledger, Consumer<byte[], byte[]> reader, PartitionProgress progress) {
        long progressedAt = System.nanoTime();
        for (long position = reader.position(ledger); position < end; ) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                byte[] id = record.key() == null ? new byte[0] : record.key();
                LedgerLine.decode(record.value()).ifPresent(line -> progress.recall(LedgerLine.fingerprint(id), line, record.offset()));
            }
            long reached = reader.position(ledger);
            if (reached > position) {
                progressedAt = System.nanoTime();
            } else if (System.nanoTime() - progressedAt > STANDSTILL_NANOS) {
                throw new TimeoutException("the ledger %s makes no progress at %d of %d".formatted(ledger, reached, end));
            }
            position = reached;
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
