package dev.mayfly.kafka;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// The partitions that the group has given to this worker. Thread-safe.
final class Partitions {
    private static final System.Logger LOG = System.getLogger(Partitions.class.getName());
    private static final long PAUSE_MILLIS = 500;

    private final Ledger ledger;
    private final KafkaSettings settings;
    private final Map<Integer, PartitionProgress> owned = new ConcurrentHashMap<>();
    private volatile int partitionCount;
    private volatile ConsumerGroupMetadata group = new ConsumerGroupMetadata("");

    /// Held while a transaction is on its way: a partition is given up before it or after it.
    final ReentrantLock commit = new ReentrantLock();

    Partitions(Ledger ledger, KafkaSettings settings) {
        this.ledger = ledger;
        this.settings = settings;
    }

    /// Before anything is read.
    void expect(int count) {
        partitionCount = count;
    }

    Optional<PartitionProgress> find(int partition) {
        return Optional.ofNullable(owned.get(partition));
    }

    Set<Integer> numbers() {
        return Set.copyOf(owned.keySet());
    }

    /// What an offset must be committed with, so that the commit fails when the group has moved on.
    ConsumerGroupMetadata group() {
        return group;
    }

    int inFlight() {
        return owned.values().stream().mapToInt(PartitionProgress::inFlight).sum();
    }

    /// On the polling thread: nothing of these partitions is read before it returns.
    void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) throws InterruptedException {
        group = consumer.groupMetadata();
        for (TopicPartition partition : partitions) {
            if (partition.partition() < partitionCount) {
                owned.put(partition.partition(), recalled(consumer, partition));
            } else {
                LOG.log(Level.ERROR, "partition={0} is new and stays unread: stop all workers, give the ledger as many partitions, start again", partition);
            }
        }
        LOG.log(Level.INFO, "partitions={0} generation={1}", numbers(), group.generationId());
    }

    private PartitionProgress recalled(Consumer<?, ?> consumer, TopicPartition partition) throws InterruptedException {
        while (true) {
            try {
                OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
                long position = committed == null ? 0 : committed.offset();
                var progress = new PartitionProgress(group.generationId(), position, settings.rememberedIds());
                ledger.recall(partition.partition(), progress, committed == null ? 0 : ledgerNeededFrom(committed));
                return progress;
            } catch (RuntimeException e) { // without the ledger there is no reading on
                LOG.log(Level.WARNING, "partition={0} waits for its ledger: {1}", partition.partition(), e.getMessage());
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /// The committed offset's metadata is the place in the ledger; without it, all of the ledger is read.
    private static long ledgerNeededFrom(OffsetAndMetadata committed) {
        return committed.metadata().matches("[0-9]{1,18}") ? Long.parseLong(committed.metadata()) : 0;
    }

    /// On the polling thread. The endings that are not visible yet are the next owner's.
    void revoked(Collection<TopicPartition> partitions) {
        commit.lock();
        try {
            for (TopicPartition partition : partitions) {
                PartitionProgress progress = owned.remove(partition.partition());
                if (progress != null) {
                    progress.lose();
                }
            }
        } finally {
            commit.unlock();
        }
        LOG.log(Level.INFO, "revoked={0} left={1}", partitions, numbers());
    }
}
