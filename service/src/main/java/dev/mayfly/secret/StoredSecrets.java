package dev.mayfly.secret;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.SecretSource;
import dev.mayfly.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The secrets that programs get, from when the store is open. Thread-safe.
public final class StoredSecrets implements SecretSource {
    private static final System.Logger LOG = System.getLogger(StoredSecrets.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(2);

    private volatile Optional<Secrets> secrets = Optional.empty();
    private volatile Optional<String> lack = Optional.empty();

    /// They can be read from now on.
    public void open(Secrets opened) {
        secrets = Optional.of(opened);
    }

    /// There are none, and will be none.
    public void unavailable(String reason) {
        lack = Optional.of(reason);
    }

    @Override
    public Map<String, String> values(String tenant, Set<String> names) throws RejectedException {
        if (lack.isPresent()) {
            throw RejectedException.because(RejectedException.Kind.SECRETS_UNAVAILABLE, "secrets", lack.get());
        }
        Secrets opened = secrets.orElseThrow(StoredSecrets::away);
        try {
            return opened.values(tenant, names);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "secrets could not be read: {0}", e.getMessage());
            throw away();
        }
    }

    private static RejectedException away() {
        return RejectedException.forNow(RejectedException.Kind.STORE_UNAVAILABLE, "the store does not answer now", RETRY);
    }
}
