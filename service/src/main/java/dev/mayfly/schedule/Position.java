package dev.mayfly.schedule;

import java.time.Instant;
import java.util.Optional;

/// Where a schedule has come to.
///
/// @param due the next due time that nothing was decided about; empty where there is none
/// @param waiting the due time that waits for the end of the execution before it
/// @param busy whether that has not ended
record Position(Optional<Instant> due, Optional<Instant> waiting, boolean busy) {
    Position withBusy(boolean so) {
        return new Position(due, waiting, so);
    }
}
