package dev.mayfly.doctor;

import java.time.Duration;
import java.util.List;

/// What came of one attack.
///
/// @param knownGap the engine is known not to hold against it, as its file says; all else must hold
/// @param troubles what did not hold, in words; empty when everything did
/// @param neighbours how long ordinary programs took beside it, from their admission to their result
public record Finding(Attack attack, boolean knownGap, List<String> troubles, List<Duration> neighbours) {
    public Finding {
        troubles = List.copyOf(troubles);
        neighbours = List.copyOf(neighbours);
    }

    public boolean passed() {
        return troubles.isEmpty();
    }
}
