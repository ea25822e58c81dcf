package dev.mayfly.async;

import java.util.Set;

/// What this replica does not claim now.
///
/// @param ids of executions that it leaves to others; may grow meanwhile
record SkippedExecutions(Set<String> tenants, Set<String> ids) {
    static final SkippedExecutions NOTHING = new SkippedExecutions(Set.of(), Set.of());
}
