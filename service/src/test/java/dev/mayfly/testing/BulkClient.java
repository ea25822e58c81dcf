package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A sender of submissions that reads what a `read_committed` reader sees: every outcome and every dead letter since
/// the beginning.
public final class BulkClient implements AutoCloseable {
    public record Arrival(String key, byte[] value, Map<String, String> headers, long atMillis) {
        public String text() {
            return new String(value, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(value);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private final String prefix;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, List<Arrival>> outcomes = new ConcurrentHashMap<>();
    private final Map<String, List<Arrival>> deadLetters = new ConcurrentHashMap<>();
    private final Thread reader;
    private final CountDownLatch topics = new CountDownLatch(1);
    private volatile boolean closed;

    public BulkClient(KafkaBroker broker, String prefix) {
        this.prefix = prefix;
        producer = new KafkaProducer<>(
                broker.clientProperties(Map.of("acks", "all", "compression.type", "gzip", "max.request.size", 64 << 20, "buffer.memory", 128 << 20L)),
                new ByteArraySerializer(), new ByteArraySerializer());
        reader = Thread.ofPlatform().daemon().start(() -> read(broker));
    }

    /// Keyed by its id.
    public void submit(String id, String json) {
        send(null, id, json.getBytes(StandardCharsets.UTF_8));
    }

    public void send(@Nullable Integer partition, @Nullable String key, byte @Nullable [] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(new ProducerRecord<>(prefix + ".submissions", partition, keyBytes, value));
        producer.flush();
    }

    public void send(String key, byte[] value, Map<String, String> headers) {
        var each = new ProducerRecord<>(prefix + ".submissions", key.getBytes(StandardCharsets.UTF_8), value);
        headers.forEach((name, text) -> each.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        var _ = producer.send(each);
        producer.flush();
    }

    /// Many, each by its id, as fast as the broker takes them.
    public void submitAll(Map<String, String> jsonById) {
        jsonById.forEach((id, json) -> {
            var _ = producer.send(new ProducerRecord<>(prefix + ".submissions", id.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8)));
        });
        producer.flush();
    }

    private void read(KafkaBroker broker) {
        var properties = broker.clientProperties(Map.of("isolation.level", "read_committed", "enable.auto.commit", false, "auto.offset.reset", "earliest"));
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(prefix + ".outcomes", prefix + ".submissions.dead-letter")) {
                while (!closed && !consumer.listTopics().containsKey(topic)) {
                    Thread.onSpinWait();
                }
                consumer.partitionsFor(topic).forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            topics.countDown();
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    String key = each.key() == null ? "" : new String(each.key(), StandardCharsets.UTF_8);
                    Map<String, String> headers = new ConcurrentHashMap<>();
                    each.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
                    (each.topic().endsWith("outcomes") ? outcomes : deadLetters)
                            .computeIfAbsent(key, id -> new CopyOnWriteArrayList<>())
                            .add(new Arrival(key, each.value(), headers, each.timestamp()));
                }
            }
        }
    }

    /// A worker makes the topics that are missing.
    public void awaitTopics() throws InterruptedException {
        if (!topics.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no worker has made the topics of " + prefix);
        }
    }

    public List<Arrival> results(String id) {
        return outcomes.getOrDefault(id, List.of());
    }

    public List<Arrival> deadLetters(String key) {
        return deadLetters.getOrDefault(key, List.of());
    }

    public Stream<Arrival> all() {
        return outcomes.values().stream().flatMap(List::stream);
    }

    public long resultCount() {
        return outcomes.values().stream().mapToLong(List::size).sum();
    }

    public long deadLetterCount() {
        return deadLetters.values().stream().mapToLong(List::size).sum();
    }

    public Arrival awaitResult(String id) {
        awaitResults(List.of(id), Duration.ofSeconds(90));
        return results(id).getFirst();
    }

    public Arrival awaitDeadLetter(String key) {
        await().atMost(Duration.ofSeconds(90)).until(() -> !deadLetters(key).isEmpty());
        return deadLetters(key).getFirst();
    }

    public void awaitResults(Collection<String> ids, Duration patience) {
        await().atMost(patience).until(() -> ids.stream().noneMatch(id -> results(id).isEmpty()));
    }

    /// Ids that have another number of results than one.
    public List<String> notExactlyOne(Stream<String> ids) {
        return ids.filter(id -> results(id).size() != 1).toList();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        reader.join();
        producer.close();
    }
}
