package dev.mayfly.async;

import dev.mayfly.store.StoreException;
import java.util.List;

/// What this replica says of itself to the others, and what they say. Thread-safe.
public final class Presence {
    private final Membership membership;
    private volatile String version = "";
    private volatile boolean draining;
    private volatile int alive;

    Presence(Membership membership) {
        this.membership = membership;
    }

    /// From the next beat on.
    ///
    /// @param itsVersion of what runs here
    public void describe(String itsVersion) {
        version = itsVersion;
    }

    /// Says from the next beat on that this replica is about to stop.
    public void drain() {
        draining = true;
    }

    /// Those that are alive, this one included, by their names.
    public List<Replica> replicas() throws StoreException {
        return membership.replicas();
    }

    /// How many there were at the last beat.
    public int alive() {
        return alive;
    }

    void count(int replicas) {
        alive = replicas;
    }

    String version() {
        return version;
    }

    boolean isDraining() {
        return draining;
    }
}
