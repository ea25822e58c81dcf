package dev.mayfly.async;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Whether queue and store have room for more, by what was counted last. The last 10 % of each is reserved for tenants
/// who have little in it. Thread-safe.
final class Room {
    private static final Duration RETRY_SOON = Duration.ofSeconds(2);
    private static final Duration RETRY_LATER = Duration.ofSeconds(30);

    private final ExecutionQueries queries;
    private final Backlog backlog;
    private final Retention retention;
    private final AsyncSettings settings;
    private volatile boolean closed;
    /// Why the store takes nothing more, if so.
    private volatile Optional<String> storeFull = Optional.empty();
    /// For whom the last tenth of the queue is not.
    private volatile Set<String> fillingQueue = Set.of();
    /// For whom the last tenth of the store is not.
    private volatile Set<String> fillingStore = Set.of();

    Room(ExecutionQueries queries, Backlog backlog, Retention retention, AsyncSettings settings) {
        this.queries = queries;
        this.backlog = backlog;
        this.retention = retention;
        this.settings = settings;
    }

    void require(String tenant, int executions) throws RejectedException {
        if (closed) {
            throw RejectedException.forNow(Kind.DRAINING, "the service is shutting down", RETRY_SOON);
        }
        requireStore(tenant);
        if (backlog.length() + executions > settings.maxQueued()) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "the queue is full: %d executions".formatted(backlog.length()), RETRY_LATER);
        }
        if (backlog.length() >= settings.maxQueued() - tenth() && fillingQueue.contains(tenant)) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, ("the queue is nearly full, and its last 10 %% is reserved for tenants with few queued executions; "
                    + "%d or more are yours").formatted(tenth()), RETRY_LATER);
        }
    }

    /// For what is stored and does not wait.
    void requireStore(String tenant) throws RejectedException {
        Optional<String> reason = storeFull;
        if (reason.isPresent()) {
            throw RejectedException.forNow(Kind.STORE_FULL, reason.get(), RETRY_LATER);
        }
        if (fillingStore.contains(tenant)) {
            throw RejectedException.forNow(Kind.STORE_FULL, ("the store is nearly full, and its last 10 %% is reserved for tenants with little in it; "
                    + "%d MiB or more are yours: DELETE finished executions, or wait for their retention").formatted((settings.maxBytes() / 10) >> 20), RETRY_LATER);
        }
    }

    private int tenth() {
        return settings.maxQueued() / 10;
    }

    /// Counts again, and forgets what is past its retention.
    void count() throws StoreException, InterruptedException {
        fillingQueue = backlog.length() >= settings.maxQueued() - tenth() ? queries.tenantsWithQueued(tenth()) : Set.of();
        storeFull = retention.lackOfRoom();
        retention.forget();
    }

    /// What takes longer to count: the tenants for whom the last tenth of the store is not.
    Set<String> countTenants() throws StoreException {
        fillingStore = retention.tenantsWithoutRoom();
        return fillingStore;
    }

    double storeUtilization() {
        return retention.utilization();
    }

    /// Refuses everything from now on.
    void close() {
        closed = true;
    }
}
