package dev.mayfly.sandbox;

import java.time.Duration;

/// What the whole sandbox used during the run; a counter that the engine does not show is zero.
///
/// @param peakMemoryBytes since the sandbox's creation, the waiting interpreter included
/// @param peakPids most processes and threads at the same time; a short peak below the engine's own start-up may go
///     unseen
public record Usage(Duration wall, Duration cpuUser, Duration cpuSystem, long peakMemoryBytes, int peakPids) {
    public static final Usage NONE = new Usage(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0);

    /// Of two runs, one after the other: times are added, of peaks the higher one counts.
    public Usage plus(Usage next) {
        return new Usage(
                wall.plus(next.wall), cpuUser.plus(next.cpuUser), cpuSystem.plus(next.cpuSystem), Math.max(peakMemoryBytes, next.peakMemoryBytes), Math.max(peakPids, next.peakPids));
    }
}
