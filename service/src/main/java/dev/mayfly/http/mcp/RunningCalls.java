package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.sandbox.Outcome;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Calls that a client may take back by their request's id, as the protocol had it before 2026-07-28. Thread-safe.
///
/// Without sessions, two clients of one tenant may use the same id: then nothing is cancelled.
@Singleton
class RunningCalls {
    private record Key(String tenant, JsonNode id) {}

    private final Map<Key, List<Cancellation>> running = new HashMap<>();

    /// Closed with its call.
    final class Entry implements AutoCloseable {
        private final Key key;
        private final Cancellation cancellation;

        private Entry(Key key, Cancellation cancellation) {
            this.key = key;
            this.cancellation = cancellation;
        }

        @Override
        public void close() {
            leave(key, cancellation);
        }
    }

    synchronized Entry enter(String tenant, JsonNode id, Cancellation cancellation) {
        var key = new Key(tenant, id);
        running.computeIfAbsent(key, first -> new ArrayList<>()).add(cancellation);
        return new Entry(key, cancellation);
    }

    private synchronized void leave(Key key, Cancellation cancellation) {
        running.computeIfPresent(key, (of, calls) -> calls.remove(cancellation) && calls.isEmpty() ? null : calls);
    }

    synchronized void cancel(String tenant, JsonNode id) {
        List<Cancellation> calls = running.getOrDefault(new Key(tenant, id), List.of());
        if (calls.size() == 1) {
            calls.getFirst().cancel(Outcome.By.CLIENT);
        }
    }
}
