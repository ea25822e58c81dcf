package dev.mayfly.async;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// This replica among the others: it beats, takes over what dead ones ran, and looks after what it owns. Not
/// thread-safe: one round at a time.
final class ReplicaUpkeep {
    private static final System.Logger LOG = System.getLogger(ReplicaUpkeep.class.getName());

    private final Membership membership;
    private final Claims claims;
    private final AsyncSettings settings;
    private final FailureDetector detector;
    private final Presence presence;
    private volatile String replica;
    private Set<Claims.Owned> notRunBefore = Set.of();

    ReplicaUpkeep(Membership membership, Claims claims, AsyncSettings settings) {
        this.membership = membership;
        this.claims = claims;
        this.settings = settings;
        this.detector = new FailureDetector(settings.replicaTimeout(), System::nanoTime);
        this.presence = new Presence(membership);
        this.replica = newReplica();
    }

    Presence presence() {
        return presence;
    }

    private String newReplica() {
        return settings.replica() + "#" + UUID.randomUUID();
    }

    /// Takes up immediately what an earlier life of this replica has left, and joins the others.
    ///
    /// @param tick longer than a living replica takes from beat to beat
    String join(Duration tick) throws StoreException, InterruptedException {
        takeUpOwn(tick);
        membership.join(replica, settings.replica());
        return replica;
    }

    /// An earlier life has no beat any more. Another replica that goes by the same name has one, and keeps what it
    /// runs.
    private void takeUpOwn(Duration tick) throws StoreException, InterruptedException {
        Map<String, Long> before = membership.namesakes(settings.replica());
        if (before.isEmpty()) {
            return;
        }
        Thread.sleep(tick.multipliedBy(3));
        Map<String, Long> now = membership.namesakes(settings.replica());
        for (var namesake : before.entrySet()) {
            if (namesake.getValue().equals(now.get(namesake.getKey()))) {
                membership.takeOver(namesake.getKey(), namesake.getValue());
            } else if (now.containsKey(namesake.getKey())) {
                LOG.log(Level.ERROR, "another replica goes by the name {0}; give each its own in mayfly.async.replica", settings.replica());
            }
        }
    }

    void round(AsyncRunner runner) throws StoreException, InterruptedException {
        Membership.Beat beat = membership.beat(replica, presence.version(), presence.isDraining());
        if (!beat.alive()) {
            rejoin(runner);
        }
        if (beat.givenBack() > 0) {
            runner.look();
        }
        Map<String, Long> beats = membership.beats();
        presence.count(beats.size());
        for (FailureDetector.Dead dead : detector.dead(beats)) {
            if (!dead.id().equals(replica)) {
                int taken = membership.takeOver(dead.id(), dead.beat());
                LOG.log(Level.WARNING, "replica={0} is dead; executions={1} are started again", dead.id(), taken);
                runner.look();
            }
        }
        lookAfterOwn(runner);
    }

    /// Cancellations may come by way of another replica. What is owned by the store's word and not run, in two looks
    /// one after the other, was claimed in a write of which this replica has not heard.
    private void lookAfterOwn(AsyncRunner runner) throws StoreException, InterruptedException {
        List<Claims.Owned> owned = claims.owned(replica);
        owned.stream().filter(Claims.Owned::cancelRequested).forEach(own -> runner.cancel(own.id(), Outcome.By.CLIENT));
        for (Claims.Owned own : owned) {
            if (!runner.runs(own.id()) && notRunBefore.contains(own)) {
                claims.giveBack(replica, own);
                runner.look();
            }
        }
        notRunBefore = owned.stream().filter(own -> !runner.runs(own.id())).collect(Collectors.toSet());
    }

    private void rejoin(AsyncRunner runner) throws StoreException, InterruptedException {
        LOG.log(Level.WARNING, "replica={0} was taken for dead; what it ran is started again", replica);
        replica = newReplica();
        membership.join(replica, settings.replica());
        runner.rename(replica);
    }

    void leave() throws StoreException, InterruptedException {
        membership.leave(replica);
    }
}
