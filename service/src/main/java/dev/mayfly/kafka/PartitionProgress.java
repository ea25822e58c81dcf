package dev.mayfly.kafka;

import it.unimi.dsi.fastutil.longs.Long2LongLinkedOpenHashMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// One owned partition of the submissions: what was read and has not ended, and which ids have a result. Thread-safe.
///
/// INVARIANT: every offset below `committable(…)` has ended, and its ending is visible or part of the same transaction.
final class PartitionProgress {
    /// How the id of a record stands.
    enum Standing {
        /// Nobody has worked on it: the caller does, and has claimed it.
        NEW,
        /// It has a result, or is being worked on.
        DUPLICATE,
        /// It has a result, or is being worked on, for other content.
        CONFLICT
    }

    private final int generation;
    private final int rememberedIds;
    private final TreeSet<Long> open = new TreeSet<>();
    /// Where the ledger's line about an ended record is, for the records at or beyond the first open one.
    private final TreeMap<Long, Long> linesBeyond = new TreeMap<>();
    private final Set<Long> endedBeyond = new HashSet<>();
    private final Map<Long, Long> claimed = new HashMap<>();
    private final Long2LongLinkedOpenHashMap results = new Long2LongLinkedOpenHashMap();
    private long next;
    private long ledgerEnd;
    private boolean lost;

    /// @param generation of the consumer group, from which the partition has been ours
    /// @param position the committed offset
    PartitionProgress(int generation, long position, int rememberedIds) {
        this.generation = generation;
        this.next = position;
        this.rememberedIds = rememberedIds;
    }

    /// A line of the ledger, in their order, and where it stands.
    synchronized void recall(long id, LedgerLine line, long position) {
        if (line.offset() >= next) {
            endedBeyond.add(line.offset());
            linesBeyond.put(line.offset(), position);
        }
        if (line.hasResult()) {
            remember(id, line.content());
        }
    }

    /// The ledger has been read up to here.
    synchronized void recalledTo(long position) {
        ledgerEnd = Math.max(ledgerEnd, position);
    }

    synchronized long ledgerEnd() {
        return ledgerEnd;
    }

    /// From where the next owner must read the ledger, if this offset is the committed one.
    synchronized long ledgerNeededFrom(long committed) {
        return linesBeyond.tailMap(committed).values().stream().mapToLong(Long::longValue).reduce(ledgerEnd, Math::min);
    }

    /// Whether the ledger has this record's outcome.
    synchronized boolean hasEnded(long offset) {
        return endedBeyond.contains(offset);
    }

    /// Where the ledger has it; empty when that is not known any more.
    synchronized OptionalLong line(long offset) {
        Long position = linesBeyond.get(offset);
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /// In the order of reading; false when the record needs no work: it has ended, or was read under an earlier
    /// ownership.
    synchronized boolean read(long offset, int readInGeneration) {
        if (lost || readInGeneration < generation || (offset < next && !open.contains(offset))) {
            return false;
        }
        next = Math.max(next, offset + 1);
        return !endedBeyond.remove(offset) && open.add(offset);
    }

    /// Claims the id for the caller when it is new.
    synchronized Standing claim(String name, long content) {
        long id = LedgerLine.fingerprint(name);
        if (results.containsKey(id)) {
            return results.get(id) == content ? Standing.DUPLICATE : Standing.CONFLICT;
        }
        Long other = claimed.putIfAbsent(id, content);
        if (other == null) {
            return Standing.NEW;
        }
        return other == content ? Standing.DUPLICATE : Standing.CONFLICT;
    }

    /// The claimed id gets no result from this record.
    synchronized void release(String id) {
        claimed.remove(LedgerLine.fingerprint(id));
    }

    /// The offset to commit together with the endings of these records: all before it have ended.
    synchronized long committable(Collection<Long> ending) {
        for (long offset : open) {
            if (!ending.contains(offset)) {
                return offset;
            }
        }
        return next;
    }

    /// The ending of this record is visible, and the ledger's line about it stands here.
    synchronized void ended(long offset, OptionalLong line) {
        open.remove(offset);
        line.ifPresent(position -> {
            linesBeyond.put(offset, position);
            recalledTo(position + 1);
        });
        // no offset before it will be committed any more
        linesBeyond.headMap(open.isEmpty() ? next : open.first()).clear();
    }

    /// The result of a claimed id is visible.
    synchronized void hasResult(String name, long content) {
        long id = LedgerLine.fingerprint(name);
        claimed.remove(id);
        remember(id, content);
    }

    private void remember(long id, long content) {
        results.put(id, content);
        if (results.size() > rememberedIds) {
            results.removeFirstLong();
        }
    }

    /// From now on the partition is another worker's; what is still being worked on here is in vain.
    synchronized void lose() {
        lost = true;
    }

    synchronized boolean isLost() {
        return lost;
    }

    /// Records that were read and whose ending is not visible.
    synchronized int inFlight() {
        return lost ? 0 : open.size();
    }
}
