package dev.mayfly.function;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// The functions that requests name, as soon as the store is open. Thread-safe.
public final class StoredFunctions implements FunctionLookup {
    private static final System.Logger LOG = System.getLogger(StoredFunctions.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Eventually<Functions> functions;

    public StoredFunctions(Eventually<Functions> functions) {
        this.functions = functions;
    }

    @Override
    public Found find(String tenant, FunctionReference reference) throws RejectedException {
        try {
            return functions.get().lookUp(tenant, reference);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "a function could not be read: {0}", e.getMessage());
            throw RejectedException.forNow(RejectedException.Kind.STORE_UNAVAILABLE, "the store does not answer now", RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RejectedException.forNow(RejectedException.Kind.STORE_UNAVAILABLE, "the caller left before the store was open", RETRY);
        }
    }
}
