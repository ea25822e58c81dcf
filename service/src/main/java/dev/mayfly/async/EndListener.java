package dev.mayfly.async;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.store.StoreException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Called for each end that is to be reported, within the transaction that records the end: either both are on the
/// disk, or neither.
@FunctionalInterface
public interface EndListener {
    void ended(Handle handle, Ended ended);

    /// Before something is accepted whose end is to be reported.
    ///
    /// @throws RejectedException it could not be reported
    default void check(String tenant, URI webhook) throws RejectedException, StoreException {}

    /// @param type `execution.finished`, `batch.finished` or `function.failed`
    /// @param about what the receiver gets
    /// @param trace the sender's
    record Ended(String type, String id, String tenant, URI webhook, Map<String, Object> about, Optional<TraceContext> trace) {
        public Ended {
            about = Map.copyOf(about);
        }
    }
}
