package dev.mayfly.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Makes the clients that stand beside the channel, with the same connection settings (`kafka.*`).
final class KafkaClients {
    private static final int CALL_MILLIS = 10_000;
    static final int TRANSACTION_MILLIS = 15_000;
    private static final int PRODUCER_BUFFER_BYTES = 64 << 20;

    private final Map<String, Object> connection;
    private final KafkaSettings settings;

    KafkaClients(Map<String, Object> connection, KafkaSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    Admin admin() {
        Map<String, Object> properties = common("admin");
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS / 2);
        return Admin.create(properties);
    }

    /// Fences every earlier producer of this worker.
    Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = common("outcomes");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().prefix() + "-" + settings.worker());
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxMessageBytes());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER_BYTES);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Consumer<byte[], byte[]> ledgerReader() {
        Map<String, Object> properties = common("ledger");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> common(String role) {
        var properties = new HashMap<>(connection);
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, settings.worker() + "-" + role);
        return properties;
    }
}
