package dev.mayfly.http;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.ApiKey;
import java.util.Optional;

/// Whether a caller needs to be known, and who it is by its key. Thread-safe.
///
/// Everybody who reaches a service that listens on loopback alone may use it, until there is an access file or an
/// OpenID provider; a service that has once asked for keys never stops asking.
public final class Access {
    private final AccessFile file;
    private volatile boolean closed;

    /// @param loopbackOnly whether nobody but this host can reach the service
    /// @param tokens whether an OpenID provider's tokens are accepted, too
    public Access(AccessFile file, boolean loopbackOnly, boolean tokens) {
        this.file = file;
        closed = !loopbackOnly || tokens;
    }

    boolean isOpen() {
        if (!closed && file.exists()) {
            closed = true;
        }
        return !closed;
    }

    /// For the log.
    @Override
    public String toString() {
        return isOpen() ? "every process on this host may use the service" : "callers need an API key or a token";
    }

    Optional<ApiKey> verify(String token) {
        return file.verify(token);
    }
}
