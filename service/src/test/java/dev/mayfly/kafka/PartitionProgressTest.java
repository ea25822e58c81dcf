package dev.mayfly.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.kafka.PartitionProgress.Standing;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What may be committed when submissions of a partition end in any order, and which records are not worked on.
class PartitionProgressTest {
    private static final int GENERATION = 7;

    private final PartitionProgress progress = new PartitionProgress(GENERATION, 100, 3);

    private static long fingerprint(String id) {
        return LedgerLine.fingerprint(id.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void read(long... offsets) {
        for (long offset : offsets) {
            assertThat(progress.read(offset, GENERATION)).isTrue();
        }
    }

    @Test
    void offsetOfTheFirstUnendedRecordIsCommitted() {
        read(100, 101, 102);
        assertThat(progress.committable(Set.of(101L))).isEqualTo(100);
        progress.ended(101, OptionalLong.empty());
        assertThat(progress.committable(Set.of(100L))).isEqualTo(102);
        assertThat(progress.committable(Set.of(100L, 102L))).isEqualTo(103);
    }

    @Test
    void gapsInTheOffsetsHoldNothingUp() {
        read(100, 105);
        assertThat(progress.committable(Set.of(100L, 105L))).isEqualTo(106);
        progress.ended(100, OptionalLong.empty());
        assertThat(progress.committable(Set.of())).isEqualTo(105);
    }

    @Test
    void recordIsWorkedOnOnce() {
        read(100);
        assertThat(progress.read(100, GENERATION)).isFalse();
        progress.ended(100, OptionalLong.empty());
        assertThat(progress.read(100, GENERATION)).isFalse();
    }

    @Test
    void recordThatWasReadUnderAnEarlierOwnershipIsLeftAlone() {
        assertThat(progress.read(150, GENERATION - 1)).isFalse();
        read(100);
        assertThat(progress.committable(Set.of())).isEqualTo(100);
        assertThat(progress.committable(Set.of(100L))).isEqualTo(101);
    }

    @Test
    void ledgerTellsWhatHasEndedBeyondTheCommittedOffset() {
        progress.recall(fingerprint("a"), new LedgerLine(99, true, 1), 10);
        progress.recall(fingerprint(""), new LedgerLine(101, false, 2), 11);
        assertThat(progress.hasEnded(101)).isTrue();
        read(100);
        assertThat(progress.read(101, GENERATION)).isFalse();
        assertThat(progress.committable(Set.of(100L))).isEqualTo(102);
        assertThat(progress.claim("a", 1)).isEqualTo(Standing.DUPLICATE);
    }

    @Test
    void idIsClaimedByOne() {
        assertThat(progress.claim("a", 1)).isEqualTo(Standing.NEW);
        assertThat(progress.claim("a", 1)).isEqualTo(Standing.DUPLICATE);
        assertThat(progress.claim("a", 2)).isEqualTo(Standing.CONFLICT);
        progress.release("a");
        assertThat(progress.claim("a", 2)).isEqualTo(Standing.NEW);
        progress.hasResult("a", 2);
        assertThat(progress.claim("a", 2)).isEqualTo(Standing.DUPLICATE);
        assertThat(progress.claim("a", 1)).isEqualTo(Standing.CONFLICT);
    }

    @Test
    void oldestIdsAreForgottenFirst() {
        for (String id : new String[] {"a", "b", "c", "d"}) {
            assertThat(progress.claim(id, 1)).isEqualTo(Standing.NEW);
            progress.hasResult(id, 1);
        }
        assertThat(progress.claim("b", 1)).isEqualTo(Standing.DUPLICATE);
        assertThat(progress.claim("a", 1)).isEqualTo(Standing.NEW);
    }

    @Test
    void lostPartitionTakesNothingMore() {
        read(100);
        progress.lose();
        assertThat(progress.read(101, GENERATION)).isFalse();
        assertThat(progress.inFlight()).isZero();
    }

    @Test
    void nextOwnerReadsTheLedgerFromTheOldestLineBeyondTheCommittedOffset() {
        // given records that ended out of order, and the ledger's lines about them
        read(100, 101, 102, 103);
        progress.recalledTo(50);
        assertThat(progress.ledgerNeededFrom(100)).isEqualTo(50);
        progress.ended(102, OptionalLong.of(50));
        progress.ended(101, OptionalLong.of(52));
        // then all of them are needed as long as the first is open
        assertThat(progress.ledgerNeededFrom(progress.committable(Set.of()))).isEqualTo(50);
        // and none when all before it have ended
        assertThat(progress.committable(Set.of(100L))).isEqualTo(103);
        assertThat(progress.ledgerNeededFrom(103)).isEqualTo(53);
    }

    @Test
    void foreignLinesOfTheLedgerAreNoLines() {
        for (String line : new String[] {"", "result", "result x 0000000000000000", "result 5 zz", "result 99999999999999999999 0000000000000000"}) {
            assertThat(LedgerLine.decode(line.getBytes(java.nio.charset.StandardCharsets.UTF_8))).isEmpty();
        }
        assertThat(LedgerLine.decode(null)).isEmpty();
    }

    @Test
    void ledgerLineSurvivesItsEncoding() {
        for (LedgerLine line : new LedgerLine[] {new LedgerLine(0, true, -1), new LedgerLine(999_999_999_999_999_999L, false, 42)}) {
            assertThat(LedgerLine.decode(line.encoded())).contains(line);
        }
    }
}
