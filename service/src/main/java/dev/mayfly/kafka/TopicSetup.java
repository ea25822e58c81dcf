package dev.mayfly.kafka;

import dev.mayfly.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Makes the topics that are missing, and checks those that are there.
final class TopicSetup {
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final long SPREADING_MILLIS = 100;

    private final KafkaClients clients;
    private final KafkaSettings settings;

    TopicSetup(KafkaClients clients, KafkaSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /// Returns the number of partitions of the submissions.
    ///
    /// @throws ExecutionException the broker is away or refuses
    /// @throws IllegalStateException the topics do not fit together; a person must act
    int run() throws ExecutionException, InterruptedException {
        Topics topics = settings.topics();
        List<String> names = List.of(topics.submissions(), topics.outcomes(), topics.deadLetters(), topics.ledger());
        try (Admin admin = clients.admin()) {
            Set<String> present = admin.listTopics().names().get();
            int partitions = present.contains(topics.submissions()) ? partitions(admin, topics.submissions()) : settings.partitions();
            for (String name : names) {
                if (!present.contains(name)) {
                    create(admin, topic(name, partitions));
                }
            }
            int ledger = partitions(admin, topics.ledger());
            if (ledger != partitions) {
                throw new IllegalStateException("%s has %d partitions, but %s has %d; they must have the same number, or duplicates are not found"
                        .formatted(topics.submissions(), partitions, topics.ledger(), ledger));
            }
            return partitions;
        }
    }

    private static int partitions(Admin admin, String topic) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next().partitions().size();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(SPREADING_MILLIS); // made, and not every broker knows of it yet
            }
        }
    }

    private NewTopic topic(String name, int partitions) {
        Map<String, String> configs = new HashMap<>(Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(settings.maxMessageBytes()),
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
        if (name.equals(settings.topics().submissions())) {
            // A few compressed bytes could be anything in our heap; so the broker counts those that we get.
            configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
            configs.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(RETENTION.toMillis()));
        }
        if (name.equals(settings.topics().ledger())) {
            // longer than what it describes
            configs.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(RETENTION.plusDays(1).toMillis()));
        }
        return new NewTopic(name, partitions, settings.replication()).configs(configs);
    }

    private static void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e; // otherwise another worker was faster
            }
        }
    }
}
