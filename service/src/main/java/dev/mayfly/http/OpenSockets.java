package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Counts WebSockets by tenant and by address, so that no one of them takes every connection that there may be.
/// Thread-safe.
@Singleton
public class OpenSockets {
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final SocketSettings settings;
    private final Map<String, Integer> byTenant = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();

    public OpenSockets(SocketSettings settings) {
        this.settings = settings;
    }

    /// Closed with its socket, once.
    final class Place implements AutoCloseable {
        private final String tenant;
        private final String address;

        private Place(String tenant, String address) {
            this.tenant = tenant;
            this.address = address;
        }

        @Override
        public void close() {
            leave(tenant, address);
        }
    }

    synchronized Place enter(String tenant, String address) throws RejectedException {
        require(byTenant.getOrDefault(tenant, 0), settings.maxPerTenant(), "this tenant");
        require(byAddress.getOrDefault(address, 0), settings.maxPerAddress(), address);
        byTenant.merge(tenant, 1, Integer::sum);
        byAddress.merge(address, 1, Integer::sum);
        return new Place(tenant, address);
    }

    private static void require(int open, int most, String whose) throws RejectedException {
        if (open >= most) {
            throw RejectedException.forNow(RejectedException.Kind.QUOTA_EXCEEDED,
                    "%s may have at most %d WebSockets open; %d are open".formatted(whose, most, open), RETRY_SOON);
        }
    }

    private synchronized void leave(String tenant, String address) {
        byTenant.computeIfPresent(tenant, (name, open) -> open == 1 ? null : open - 1);
        byAddress.computeIfPresent(address, (name, open) -> open == 1 ? null : open - 1);
    }
}
