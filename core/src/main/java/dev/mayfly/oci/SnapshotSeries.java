package dev.mayfly.oci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The snapshots of one kind of interpreter that are in use. Several at the same time, and none for long: what a
/// program learns of its own memory (its layout, its canary) is true in only some of the other sandboxes, and soon in
/// none. Thread-safe.
final class SnapshotSeries {
    private static final int AT_ONCE = 4;
    private static final Duration LIFE = Duration.ofHours(1);

    /// Between the first ones, so that a service that starts is not kept busy by them.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    private final List<Path> inUse = new ArrayList<>();
    private Instant due = Instant.MAX;
    private int turn;

    /// One for the next sandbox; they take turns.
    synchronized Optional<Path> next() {
        inUse.removeIf(layer -> !Files.exists(layer));
        return inUse.isEmpty() ? Optional.empty() : Optional.of(inUse.get(Math.floorMod(turn++, inUse.size())));
    }

    /// Whether it is time for another one, which the caller then takes: nobody else is asked to meanwhile.
    synchronized boolean claim(Instant now) {
        boolean claimed = !inUse.isEmpty() && !now.isBefore(due);
        if (claimed) {
            plan(now);
        }
        return claimed;
    }

    /// Returns the one whose place it takes, which sandboxes that are just being made may still need.
    synchronized Optional<Path> add(Path layer, Instant now) {
        inUse.add(layer);
        plan(now);
        return inUse.size() > AT_ONCE ? Optional.of(inUse.removeFirst()) : Optional.empty();
    }

    synchronized void remove(Path layer) {
        inUse.remove(layer);
    }

    synchronized List<Path> removeAll() {
        List<Path> all = List.copyOf(inUse);
        inUse.clear();
        due = Instant.MAX;
        return all;
    }

    private void plan(Instant now) {
        due = now.plus(inUse.size() < AT_ONCE ? FIRST_PAUSE : LIFE.dividedBy(AT_ONCE));
    }
}
