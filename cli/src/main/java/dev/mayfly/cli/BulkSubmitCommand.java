package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SubmissionReader;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `mayfly bulk submit FILE|-`
@Command(
        name = "submit",
        description = {
            "Send a file of submissions: one a line, as JSON, with an `id`.",
            "A line without an id gets one from its content and line number: sending a file twice runs each submission once."
        },
        mixinStandardHelpOptions = true)
final class BulkSubmitCommand implements Callable<Integer> {
    private static final int MAX_RECORD_BYTES = 64 << 20;
    private static final int MAX_COMPLAINTS = 20;
    private static final int ID_DIGITS = 24;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "The submissions; - reads them from standard input")
    private String file = "";

    private long sent;
    private long refused;

    private record Line(String id, byte[] json) {}

    @Override
    public Integer call() throws IOException {
        var failure = new AtomicReference<@Nullable Exception>();
        var progress = new Progress(System.err, "submissions sent");
        long totalBytes = file.equals("-") ? -1 : Files.size(existing());
        try (BufferedReader lines = open();
                var producer = new KafkaProducer<>(kafka.properties(Map.of(
                        "acks", "all", "enable.idempotence", true, "compression.type", "gzip", "linger.ms", 20, "batch.size", 256 << 10,
                        "max.request.size", MAX_RECORD_BYTES, "max.block.ms", 15_000, "delivery.timeout.ms", 60_000)),
                        new StringSerializer(), new ByteArraySerializer())) {
            long readBytes = 0;
            long number = 0;
            for (String line = lines.readLine(); line != null && failure.get() == null; line = lines.readLine()) {
                number++;
                readBytes += line.length() + 1L;
                Line submission = line.isBlank() ? null : read(line, number);
                if (submission != null) {
                    var _ = producer.send(new ProducerRecord<>(kafka.topics().submissions(), submission.id(), submission.json()), (metadata, failed) -> {
                        if (failed != null) {
                            failure.compareAndSet(null, failed);
                        }
                    });
                    sent++;
                    progress.report(sent, totalBytes < 0 ? -1 : Math.round(sent * (double) totalBytes / readBytes));
                }
            }
            producer.flush();
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
        Exception failed = failure.get();
        if (failed != null) {
            progress.clear();
            throw kafka.unreachable(failed);
        }
        progress.end(sent);
        if (refused > 0) {
            System.err.printf("mayfly: %d lines were not sent%n", refused);
        }
        return refused == 0 ? 0 : CliException.WRONG_USE;
    }

    private Path existing() {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new CliException(CliException.WRONG_USE, "cannot read " + file);
        }
        return path;
    }

    private BufferedReader open() throws IOException {
        InputStream bytes = file.equals("-") ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(existing());
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16);
    }

    /// Null for a line that is no submission; the complaint is made.
    private @Nullable Line read(String line, long number) {
        try {
            if (!(Json.STRICT.readTree(line) instanceof ObjectNode tree)) {
                throw RejectedException.invalid("", "a submission must be a JSON object");
            }
            if (!tree.has("id")) {
                tree.put("id", "%s-%d".formatted(digest(line), number));
            }
            byte[] json = Json.STRICT.writeValueAsBytes(tree);
            return new Line(SubmissionReader.readBulk(json, FunctionLookup.ANY).id(), json);
        } catch (JsonProcessingException e) {
            refuse(number, "not JSON: " + e.getOriginalMessage());
        } catch (RejectedException e) {
            refuse(number, e.detail());
        }
        return null;
    }

    private void refuse(long number, String why) {
        if (++refused <= MAX_COMPLAINTS) {
            System.err.printf("mayfly: line %d: %s%n", number, why);
        }
    }

    private static String digest(String line) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
