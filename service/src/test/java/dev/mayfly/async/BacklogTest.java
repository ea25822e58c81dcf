package dev.mayfly.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long the queue is, and how long it takes, between two counts.
class BacklogTest {
    private long now = Duration.ofHours(1).toNanos();
    private final Backlog backlog = new Backlog(() -> now);

    @Test
    void lengthFollowsWhatIsAcceptedAndClaimed() {
        backlog.counted(3, 0, true);
        assertThat(backlog.accepted(2, true)).isEqualTo(5);
        backlog.claimed();
        assertThat(backlog.length()).isEqualTo(4);
    }

    @Test
    void newOneCountsItselfThoughOthersWereClaimedBeforeTheyWereCounted() {
        backlog.claimed();
        assertThat(backlog.accepted(1, true)).isEqualTo(1);
        assertThat(backlog.length()).isZero();
    }

    @Test
    void whatWaitsForOthersOfItsFunctionIsNotReady() {
        backlog.counted(5, 2, true);
        assertThat(backlog.ready()).isEqualTo(3);
        backlog.accepted(1, false);
        assertThat(backlog.ready()).isEqualTo(3);
        assertThat(backlog.length()).isEqualTo(6);
        backlog.accepted(1, true);
        assertThat(backlog.ready()).isEqualTo(4);
    }

    @Test
    void othersComeFirstOnlyWhereOneMayBeBegun() {
        assertThat(backlog.isDue()).isFalse();
        backlog.accepted(1, false);
        assertThat(backlog.isDue()).isFalse();
        backlog.accepted(1, true);
        assertThat(backlog.isDue()).isTrue();
        backlog.counted(0, 0, true);
        assertThat(backlog.isDue()).isFalse();
    }

    @Test
    void timeIsThatOfTheLastMinutesEnds() {
        assertThat(backlog.timeFor(10)).isEmpty();
        backlog.ended();
        assertThat(backlog.timeFor(10)).isEmpty();
        now += Duration.ofSeconds(4).toNanos();
        backlog.ended();
        assertThat(backlog.timeFor(10)).contains(Duration.ofSeconds(20)); // two in four seconds
        now += Duration.ofSeconds(57).toNanos();
        assertThat(backlog.timeFor(10)).isEmpty();
    }
}
