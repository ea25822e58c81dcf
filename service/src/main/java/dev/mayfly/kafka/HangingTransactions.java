package dev.mayfly.kafka;

import dev.mayfly.wire.Topics;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/// Ends transactions that nobody else will end. A broker that is killed can come back with a transaction's records and
/// without the coordinator's knowledge of it (seen with 4.3.1): it is never aborted, what is behind it stays
/// invisible, and its offsets stay pending. It is what `kafka-transactions.sh find-hanging` and `abort` are for
/// (KIP-664,
/// https://cwiki.apache.org/confluence/display/KAFKA/KIP-664%3A+Provide+tooling+to+detect+and+abort+hanging+transactions).
final class HangingTransactions {
    private static final System.Logger LOG = System.getLogger(HangingTransactions.class.getName());
    private static final long OLD_MILLIS = 2L * KafkaClients.TRANSACTION_MILLIS;
    private static final String OFFSETS_TOPIC = "__consumer_offsets";
    private static final Set<TransactionState> PENDING = Set.of(
            TransactionState.ONGOING, TransactionState.PREPARE_ABORT, TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_EPOCH_FENCE);

    private final KafkaClients clients;
    private final Topics topics;

    HangingTransactions(KafkaClients clients, KafkaSettings settings) {
        this.clients = clients;
        this.topics = settings.topics();
    }

    /// Looks once. Brokers that do not let us (it needs the rights `DescribeProducers` and `ClusterAction`) are left
    /// alone.
    void end() throws InterruptedException {
        try (Admin admin = clients.admin()) {
            for (var ofPartition : admin.describeProducers(partitions(admin)).all().get().entrySet()) {
                for (ProducerState producer : ofPartition.getValue().activeProducers()) {
                    if (isOld(producer) && !isKnown(admin, ofPartition.getKey(), producer)) {
                        abort(admin, ofPartition.getKey(), producer);
                    }
                }
            }
        } catch (ExecutionException | KafkaException e) {
            LOG.log(Level.DEBUG, "hanging transactions were not looked for: {0}", e.getMessage());
        }
    }

    private List<TopicPartition> partitions(Admin admin) throws ExecutionException, InterruptedException {
        Collection<TopicDescription> described = admin.describeTopics(
                List.of(topics.submissions(), topics.outcomes(), topics.deadLetters(), topics.ledger(), OFFSETS_TOPIC)).allTopicNames().get().values();
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : described) {
            int count = topic.partitions().size();
            int ofGroup = Utils.abs(topics.prefix().hashCode()) % count;
            for (int number = 0; number < count; number++) {
                if (!topic.name().equals(OFFSETS_TOPIC) || number == ofGroup) {
                    partitions.add(new TopicPartition(topic.name(), number));
                }
            }
        }
        return partitions;
    }

    private static boolean isOld(ProducerState producer) {
        return producer.currentTransactionStartOffset().isPresent() && System.currentTimeMillis() - producer.lastTimestamp() > OLD_MILLIS;
    }

    /// Whether the coordinator will end it: it has a transaction of this producer and epoch, with this partition, that
    /// has not ended.
    private static boolean isKnown(Admin admin, TopicPartition partition, ProducerState producer) throws ExecutionException, InterruptedException {
        var ofProducer = new ListTransactionsOptions().filterProducerIds(Set.of(producer.producerId()));
        for (TransactionListing listing : admin.listTransactions(ofProducer).all().get()) {
            String id = listing.transactionalId();
            Map<String, TransactionDescription> described = admin.describeTransactions(List.of(id)).all().get();
            for (TransactionDescription transaction : described.values()) {
                boolean isOther = transaction.state() == TransactionState.ONGOING && transaction.producerEpoch() != producer.producerEpoch();
                if (PENDING.contains(transaction.state()) && transaction.topicPartitions().contains(partition) && !isOther) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void abort(Admin admin, TopicPartition partition, ProducerState producer) throws ExecutionException, InterruptedException {
        admin.abortTransaction(new AbortTransactionSpec(
                        partition, producer.producerId(), (short) producer.producerEpoch(), producer.coordinatorEpoch().orElse(0)))
                .all().get();
        LOG.log(Level.WARNING, "partition={0} producer={1} ended a transaction that the broker had forgotten", partition, producer.producerId());
    }
}
