package dev.mayfly.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.TraceContext;
import dev.mayfly.wire.KeyHeader;
import dev.mayfly.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// An ending in the form in which readers see it, and the ledger's line about it, which is the last one.
record OutcomeRecords(Topics topics) {
    private static final byte[] NOTHING = {};

    List<ProducerRecord<byte[], byte[]>> of(Submitted submitted, RecordOutcome ending) {
        return switch (ending) {
            case RecordOutcome.Result(String id, String tenant, byte[] json) -> List.of(
                    new ProducerRecord<>(topics.outcomes(), null, id.getBytes(UTF_8), json, traced(submitted, header("tenant", tenant))),
                    line(submitted, id.getBytes(UTF_8), true));
            case RecordOutcome.DeadLetter letter -> List.of(letter(submitted, letter), line(submitted, NOTHING, false));
            case RecordOutcome.Unreported _ -> List.of(line(submitted, NOTHING, false));
            case RecordOutcome.Moved(String id, int partition) -> List.of(
                    new ProducerRecord<>(topics.submissions(), partition, id.getBytes(UTF_8), submitted.value(), itsOwn(submitted)),
                    line(submitted, NOTHING, false));
            case RecordOutcome.Duplicate _ -> List.of();
        };
    }

    private ProducerRecord<byte[], byte[]> letter(Submitted submitted, RecordOutcome.DeadLetter letter) {
        List<Header> headers = traced(submitted,
                header("reason", letter.reason()),
                header("detail", letter.detail()),
                header("attempts", String.valueOf(letter.attempts())),
                header("topic", topics.submissions()),
                header("partition", String.valueOf(submitted.partition())),
                header("offset", String.valueOf(submitted.offset())),
                header("bytes", String.valueOf(submitted.value().length)));
        byte[] value = letter.whole() ? submitted.value() : NOTHING;
        return new ProducerRecord<>(topics.deadLetters(), null, submitted.keyOfLetter(letter.whole()), value, headers);
    }

    private ProducerRecord<byte[], byte[]> line(Submitted submitted, byte[] id, boolean hasResult) {
        var line = new LedgerLine(submitted.offset(), hasResult, submitted.content());
        return new ProducerRecord<>(topics.ledger(), submitted.partition(), id, line.encoded());
    }

    /// For the partition where it belongs: its sender's key, and the trace that goes on.
    private static List<Header> itsOwn(Submitted submitted) {
        List<Header> headers = traced(submitted);
        submitted.idempotencyKey().ifPresent(key -> headers.add(new RecordHeader(KeyHeader.NAME, key.getBytes(UTF_8))));
        return headers;
    }

    private static List<Header> traced(Submitted submitted, Header... others) {
        List<Header> headers = new ArrayList<>(List.of(others));
        submitted.trace().ifPresent(trace -> {
            headers.add(new RecordHeader(TraceContext.PARENT, trace.parent().getBytes(UTF_8)));
            if (!trace.state().isEmpty()) {
                headers.add(new RecordHeader(TraceContext.STATE, trace.state().getBytes(UTF_8)));
            }
        });
        return headers;
    }

    private static Header header(String name, String value) {
        return new RecordHeader("mayfly-" + name, value.getBytes(UTF_8));
    }
}
