package dev.mayfly.async;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Whose turn it is to be claimed: tenants take turns, and within a tenant its functions. What runs no function counts
/// as one. For one thread at a time.
final class ClaimTurns {
    private static final int MOST_TENANTS = 10_000;

    private String tenant = "";
    /// Of each tenant, the function that had its turn last; an empty name where that was none.
    private final Map<String, String> functions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    /// The tenant that had its turn last.
    String tenant() {
        return tenant;
    }

    /// The tenant's function that had its turn last, if that is known.
    Optional<String> function(String ofTenant) {
        return Optional.ofNullable(functions.get(ofTenant));
    }

    void taken(String byTenant, String function) {
        tenant = byTenant;
        functions.put(byTenant, function);
    }
}
