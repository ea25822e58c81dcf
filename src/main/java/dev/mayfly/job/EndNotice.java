package dev.mayfly.job;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.StoreException;
import java.net.URI;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Told of each end that somebody wants to hear of, within the transaction that records the end: either both are on the disk, or neither.
@FunctionalInterface
public interface EndNotice {
    void ended(Handle handle, Ended ended);

    /// Before something is accepted whose end is to be told.
    ///
    /// @throws RejectedException it could not be told
    default void check(String tenant, URI webhook) throws RejectedException, StoreException {}

    /// @param type `execution.finished` or `batch.finished`
    /// @param about what the receiver is told
    record Ended(String type, String id, String tenant, URI webhook, Map<String, Object> about) {
        public Ended {
            about = Map.copyOf(about);
        }
    }
}
