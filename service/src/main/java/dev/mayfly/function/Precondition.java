package dev.mayfly.function;

import java.util.Optional;
import java.util.Set;

/// What must hold of a function for a change to happen, against updates that are lost.
///
/// @param digests one of these must be its current version's; empty where any may
/// @param exists whether it must be there, or must not; empty where both may be
public record Precondition(Optional<Set<String>> digests, Optional<Boolean> exists) {
    public static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty());

    /// @param current the function's digest; empty where there is no function
    boolean holds(Optional<String> current) {
        return exists.filter(must -> must != current.isPresent()).isEmpty()
                && digests.filter(some -> current.filter(some::contains).isEmpty()).isEmpty();
    }
}
