package dev.mayfly.http.mcp;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What did not fit into a result, in memory: for a bounded time, and each tenant's within its bound. Where there is no
/// room, what is oldest goes. Thread-safe.
@Singleton
class KeptFiles {
    /// What an entry takes beside its content.
    private static final long ENTRY_BYTES = 512;

    private final McpSettings settings;
    private final InstantSource clock;
    private final Map<String, Shelf> shelves = new HashMap<>();

    @Inject
    KeptFiles(McpSettings settings) {
        this(settings, InstantSource.system());
    }

    KeptFiles(McpSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// @param content never changed
    record Kept(String uri, byte[] content, Instant until) {
        long bytes() {
            return ENTRY_BYTES + content.length;
        }
    }

    /// One tenant's, the oldest first.
    private static final class Shelf {
        private final LinkedHashMap<String, Kept> byUri = new LinkedHashMap<>();
        private long bytes;

        void add(Kept kept) {
            byUri.put(kept.uri(), kept);
            bytes += kept.bytes();
        }

        void dropOldest() {
            bytes -= byUri.pollFirstEntry().getValue().bytes();
        }
    }

    /// Whether it is kept: what is larger than all that a tenant may have is not.
    synchronized boolean keep(String tenant, String uri, byte[] content) {
        expire();
        var kept = new Kept(uri, content, clock.instant().plus(settings.keptFor()));
        if (kept.bytes() > Math.min(settings.keptBytesPerTenant(), settings.keptBytes())) {
            return false;
        }
        Shelf own = shelves.computeIfAbsent(tenant, first -> new Shelf());
        while (own.bytes + kept.bytes() > settings.keptBytesPerTenant()) {
            own.dropOldest();
        }
        while (shelves.values().stream().mapToLong(shelf -> shelf.bytes).sum() + kept.bytes() > settings.keptBytes()) {
            shelves.values().stream().max(Comparator.comparingLong(shelf -> shelf.bytes)).orElseThrow().dropOldest();
        }
        own.add(kept);
        return true;
    }

    synchronized Optional<Kept> find(String tenant, String uri) {
        expire();
        return Optional.ofNullable(shelves.get(tenant)).map(shelf -> shelf.byUri.get(uri));
    }

    synchronized Collection<Kept> of(String tenant) {
        expire();
        return Optional.ofNullable(shelves.get(tenant)).map(shelf -> List.copyOf(shelf.byUri.values())).orElse(List.of());
    }

    private void expire() {
        Instant now = clock.instant();
        for (Shelf shelf : shelves.values()) {
            while (!shelf.byUri.isEmpty() && !shelf.byUri.firstEntry().getValue().until().isAfter(now)) {
                shelf.dropOldest();
            }
        }
        shelves.values().removeIf(shelf -> shelf.byUri.isEmpty());
    }
}
