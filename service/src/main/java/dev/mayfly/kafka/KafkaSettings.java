package dev.mayfly.kafka;

import dev.mayfly.wire.Topics;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/// @param enabled whether there is a bulk door at all
/// @param worker unique among the replicas and the same after a restart: a restarted worker goes on with its
///     partitions immediately
/// @param topics where everything goes
/// @param partitions of a topic that is missing and therefore made
/// @param replication of a topic that is missing and therefore made; -1 is the broker's default
/// @param maxRecordBytes the largest value, of a submission as of a result
/// @param rememberedIds how many ids of each partition are kept in memory to find duplicates
/// @param maxAttempts runs of a submission that fails by our fault, before it becomes a dead letter
/// @param maxInHand submissions being worked on, waiting for a slot of the lane, or waiting to be visible; what is in
///     hand comes before the partitions that a worker takes over, so that it should be no more than keeps the slots
///     busy
/// @param drain how long a stop waits for running submissions
@RecordBuilder
@RecordBuilder.Options(builderMode = RecordBuilder.BuilderMode.STAGED)
public record KafkaSettings(
        boolean enabled,
        String worker,
        Topics topics,
        int partitions,
        short replication,
        int maxRecordBytes,
        int rememberedIds,
        int maxAttempts,
        int maxInHand,
        Duration drain) {
    private static final int HEADROOM_BYTES = 64 << 10;

    /// What a broker must take: the largest value, and its key and headers.
    int maxMessageBytes() {
        return maxRecordBytes + HEADROOM_BYTES;
    }
}
