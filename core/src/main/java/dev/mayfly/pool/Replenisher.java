package dev.mayfly.pool;

import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The only one who decides what is made and what is destroyed; virtual threads make and destroy.
final class Replenisher {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final PoolState state;
    private final SandboxEngine engine;
    private final EngineWatch watch;
    private final Activity activity;
    private final LeaseDesk desk;
    private final Thread thread;

    Replenisher(PoolState state, SandboxEngine engine, EngineWatch watch, Activity activity, LeaseDesk desk) {
        this.state = state;
        this.engine = engine;
        this.watch = watch;
        this.activity = activity;
        this.desk = desk;
        this.thread = Thread.ofVirtual().name("replenisher").unstarted(this::replenish);
    }

    void start() {
        thread.start();
    }

    /// After the pool was closed.
    void join(Duration patience) throws InterruptedException {
        thread.join(patience);
    }

    private void replenish() {
        while (true) {
            boolean probe;
            state.lock();
            try {
                if (state.closed) {
                    return;
                }
                tidy();
                serveFromTheReserve();
                watch.watch();
                probe = watch.isDown();
                if (probe || !startNext()) {
                    state.awaitChange(activity.pauseNanos().orElse(TICK_NANOS));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                state.unlock();
            }
            if (probe) {
                watch.probe();
            }
        }
    }

    private void tidy() {
        long now = state.now();
        for (Shelf shelf : state.shelves.values()) {
            for (Shelf.Ready ready : List.copyOf(shelf.ready)) {
                ready.unfit(now).ifPresent(reason -> discard(shelf, ready, reason));
            }
            int surplus = shelf.ready.size() - shelf.demand.sandboxes(shelf.target, now);
            for (; surplus > 0 && shelf.waiting() == 0; surplus--) {
                discard(shelf, shelf.ready.getFirst(), Retirement.SURPLUS);
            }
        }
        state.shelves.values().removeIf(Shelf::isUnused);
    }

    /// Hands over ready sandboxes for which callers need not wait any more. A tenant that has given back its last one is
    /// not greedy now; and a bulk lane that is due gets one of these when no place is free to make it one.
    private void serveFromTheReserve() {
        for (Shelf shelf : state.shelves.values()) {
            while (!shelf.ready.isEmpty() && (shelf.hasModestWaiter() || (shelf.isBulkDue() && !state.fits(shelf.spec)))) {
                desk.offer(shelf, shelf.ready.remove().sandbox());
            }
        }
    }

    private void discard(Shelf shelf, Shelf.Ready ready, Retirement reason) {
        shelf.ready.remove(ready);
        state.retire(ready.sandbox(), reason);
    }

    /// Starts the most urgent creation, or makes room for it; false when there is nothing to do now.
    private boolean startNext() {
        long now = state.now();
        List<Shelf> urgent = state.shelves.values().stream()
                .filter(shelf -> (state.draining ? shelf.waiting() - shelf.creating : shelf.shortage(now)) > 0 && state.creating < parallelCreates(shelf))
                .sorted(Comparator.comparing(Shelf::urgency))
                .toList();
        if (activity.putsOff(urgent.stream().anyMatch(shelf -> shelf.isPressed(now)), !urgent.isEmpty())) {
            return false;
        }
        for (Shelf shelf : urgent) {
            if (state.fits(shelf.spec)) {
                begin(shelf);
                return true;
            }
            if (shelf.waiting() > 0) {
                makeRoom(shelf);
                return false;
            }
        }
        return false;
    }

    /// Where somebody waits for answers, bulk leaves one creation to them, and the greedy half.
    private int parallelCreates(Shelf shelf) {
        int all = state.settings.parallelCreates();
        if (!activity.isWatched()) {
            return all;
        }
        return switch (shelf.urgency().need()) {
            case GREEDY -> Math.max(1, all / 2);
            case BULK -> Math.max(1, all - 1);
            case INTERACTIVE, BULK_DUE, RESERVE, DEMAND -> all;
        };
    }

    /// Evicts a ready sandbox of another shelf, one at a time until it is gone. The bulk lane and the greedy are not worth
    /// a sandbox that is kept for the others, but for the one that the bulk lane is due.
    private void makeRoom(Shelf forShelf) {
        if (state.evicting > 0) {
            return;
        }
        boolean mayEmpty = forShelf.hasModestWaiter() || forShelf.isBulkDue();
        state.shelves.values().stream()
                .filter(shelf -> shelf != forShelf && shelf.ready.size() > (mayEmpty ? 0 : shelf.target.min()))
                .max(Comparator.comparingInt(shelf -> shelf.ready.size()))
                .ifPresent(shelf -> discard(shelf, shelf.ready.getFirst(), Retirement.EVICTED));
    }

    private void begin(Shelf shelf) {
        state.takePlace(shelf.spec);
        state.creating++;
        shelf.creating++;
        Thread.ofVirtual().name("create-" + shelf.spec.runtime()).start(() -> create(shelf, state.now()));
    }

    private void create(Shelf shelf, long startedAt) {
        try {
            Sandbox sandbox = engine.create(shelf.spec);
            state.locked(() -> {
                made(shelf);
                state.created++;
                shelf.succeeded();
                shelf.demand.refilled(state.now() - startedAt);
                desk.offer(shelf, sandbox);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            state.locked(() -> failed(shelf, "interrupted", false));
        } catch (SandboxException | RuntimeException e) {
            boolean down = !watch.answers();
            RareWarning.ENGINE.warn("create failed: runtime={0} engineDown={1} reason={2}", shelf.spec.runtime(), down, e.getMessage());
            state.locked(() -> failed(shelf, String.valueOf(e.getMessage()), down));
        }
    }

    private void made(Shelf shelf) {
        state.creating--;
        shelf.creating--;
        state.signalAll();
    }

    private void failed(Shelf shelf, String reason, boolean down) {
        made(shelf);
        state.freePlace(shelf.spec);
        state.createFailures++;
        shelf.failed(reason, state.now());
        if (down) {
            watch.wentAway();
        } else if (shelf.brokenBecause().isPresent()) {
            shelf.turnAway(shelf.refusal());
        }
    }
}
