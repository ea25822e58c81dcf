package dev.mayfly.function;

import dev.mayfly.wire.FunctionDefinition;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Definitions that were read lately, by their digests: a digest says the same for ever. Thread-safe.
final class DefinitionCache {
    private static final long MOST_BYTES = 16L << 20;

    private record Entry(FunctionDefinition definition, long bytes) {}

    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // the one not used for longest comes first
    private long bytes;

    synchronized Optional<FunctionDefinition> find(String digest) {
        return Optional.ofNullable(entries.get(digest)).map(Entry::definition);
    }

    /// @param itsBytes about what it takes
    synchronized void add(String digest, FunctionDefinition definition, long itsBytes) {
        if (itsBytes > MOST_BYTES / 4 || entries.putIfAbsent(digest, new Entry(definition, itsBytes)) != null) {
            return;
        }
        bytes += itsBytes;
        var oldest = entries.values().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }
}
