package dev.mayfly.pool;

/// Who asks for a sandbox, and whom else it is fair to.
///
/// @param tenant on whose behalf; tenants who wait take turns
/// @param function of the tenant, or empty; the functions of one tenant take turns, too
public record Borrower(Lane lane, String tenant, String function) {
    /// One that runs no function.
    public Borrower(Lane lane, String tenant) {
        this(lane, tenant, "");
    }
}
