package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.OutcomeKind;
import dev.mayfly.wire.Topics;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `mayfly bulk results`
@Command(
        name = "results",
        description = "Print results and dead letters as they arrive. Progress goes to standard error.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BulkResultsCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long BACKLOG_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    @Option(names = "--json", description = "One JSON object a line; a dead letter is {\"id\", \"deadLetter\": {…}}")
    private boolean json;

    @Option(names = "--from-beginning", description = "Also print results that are already there")
    private boolean fromBeginning;

    @Option(names = "--timeout", paramLabel = "15s", description = "Stop when nothing has arrived for this long (default: never)", converter = DurationConverter.class)
    private @Nullable Duration timeout;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    private final PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);
    private long backlog;
    private long backlogAt = System.nanoTime() - BACKLOG_EVERY_NANOS;

    @Override
    public Integer call() throws IOException {
        // Offsets are looked up in the workers' group, and never committed.
        var properties = kafka.properties(Map.of(
                "isolation.level", "read_committed", "enable.auto.commit", false, "auto.offset.reset", "earliest", "group.id", kafka.topics().prefix()));
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Topics topics = kafka.topics();
            List<TopicPartition> partitions = new ArrayList<>(partitions(consumer, topics.outcomes()));
            partitions.addAll(partitions(consumer, topics.deadLetters()));
            List<TopicPartition> submissions = partitions(consumer, topics.submissions());
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            partitions.forEach(consumer::position);
            follow(consumer, submissions);
            return 0;
        } catch (KafkaException e) {
            throw kafka.unreachable(e);
        } finally {
            out.flush();
        }
    }

    private List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            throw new CliException(CliException.OUR_FAULT, "no topic %s at %s; a service with mayfly.kafka.enabled=true makes it"
                    .formatted(topic, kafka.brokers()));
        }
        return found.stream().map(partition -> new TopicPartition(topic, partition.partition())).toList();
    }

    private void follow(Consumer<byte[], byte[]> consumer, List<TopicPartition> submissions) throws IOException {
        var progress = new Progress(System.err, "results");
        long count = 0;
        long heardAt = System.nanoTime();
        while (timeout == null || System.nanoTime() - heardAt < timeout.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                progress.clear();
                print(each);
                count++;
                heardAt = System.nanoTime();
            }
            out.flush();
            if (out.checkError()) {
                return; // nobody reads us any more
            }
            progress.report(count, count + backlog(consumer, submissions));
        }
        progress.end(count);
    }

    /// Submissions that are not committed as ended.
    private long backlog(Consumer<?, ?> consumer, List<TopicPartition> submissions) {
        if (System.nanoTime() - backlogAt >= BACKLOG_EVERY_NANOS) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(submissions);
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(submissions));
            backlog = 0;
            for (TopicPartition partition : submissions) {
                OffsetAndMetadata done = committed.get(partition);
                backlog += ends.getOrDefault(partition, 0L) - (done == null ? 0 : done.offset());
            }
            backlogAt = System.nanoTime();
        }
        return backlog;
    }

    private void print(ConsumerRecord<byte[], byte[]> each) throws IOException {
        boolean dead = each.topic().equals(kafka.topics().deadLetters());
        if (json) {
            out.println(dead ? Json.STRICT.writeValueAsString(deadLetter(each)) : new String(each.value(), StandardCharsets.UTF_8));
        } else {
            out.println(dead ? "%s  dead letter  %s: %s".formatted(key(each), header(each, "reason"), header(each, "detail")) : line(each));
        }
    }

    private static ObjectNode deadLetter(ConsumerRecord<byte[], byte[]> each) {
        ObjectNode letter = Json.STRICT.createObjectNode();
        for (Header header : each.headers()) {
            letter.put(header.key().replaceFirst("^mayfly-", ""), new String(header.value(), StandardCharsets.UTF_8));
        }
        ObjectNode node = Json.STRICT.createObjectNode();
        node.put("id", key(each));
        node.set("deadLetter", letter);
        return node;
    }

    private static String line(ConsumerRecord<byte[], byte[]> each) throws IOException {
        JsonNode result = Json.STRICT.readTree(each.value());
        JsonNode outcome = result.path("outcome");
        String evidence = OutcomeKind.named(outcome.path("kind").asText()).map(kind -> switch (kind) {
            case EXITED -> " " + outcome.path("exitCode").asText();
            case SIGNALED -> " " + outcome.path("signal").asText();
            case TIMED_OUT -> " " + outcome.path("clock").asText();
            case OUT_OF_MEMORY, OUTPUT_LIMIT, COMPILE_FAILED, CANCELLED, FAILED -> "";
        }).orElse("");
        String first = result.path("stdout").asText().lines().findFirst().orElse("");
        return "%s  %s%s  %.1f ms  %s".formatted(
                key(each), outcome.path("kind").asText(), evidence, result.path("timing").path("runMs").asDouble(), first);
    }

    private static String key(ConsumerRecord<byte[], byte[]> each) {
        return each.key() == null ? "" : new String(each.key(), StandardCharsets.UTF_8);
    }

    private static String header(ConsumerRecord<byte[], byte[]> each, String name) {
        Header header = each.headers().lastHeader("mayfly-" + name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
