package dev.mayfly.session;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The commands of one session: those that run, and the last ones that have ended, with room in the heap for what each
/// has written. Thread-safe.
final class Commands {
    private static final int MOST_RUNNING = 32;
    private static final int MOST_ENDED = 32;

    private final Map<Integer, Kept> kept = new LinkedHashMap<>();
    private int numbers;
    private boolean closed;

    private record Kept(Command command, HeapBudget.Hold room) {
        boolean hasEnded() {
            return command.log().ended().isPresent();
        }
    }

    synchronized Command add(CommandRequest request, HeapBudget heap) throws RejectedException {
        if (kept.values().stream().filter(one -> !one.hasEnded()).count() >= MOST_RUNNING) {
            throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "%d commands of this session run already".formatted(MOST_RUNNING), Duration.ofSeconds(1));
        }
        forgetOldest(MOST_ENDED - 1);
        var room = heap.hold();
        if (!takes(room, request)) {
            throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "the output of another command does not fit in memory now", Duration.ofSeconds(1));
        }
        var command = new Command(++numbers, request.withoutStdin(), room::tryAdd);
        kept.put(command.number(), new Kept(command, room));
        return command;
    }

    private boolean takes(HeapBudget.Hold room, CommandRequest request) {
        long bytes = RunLog.SHARE_BYTES + (long) request.stdin().length;
        if (closed || room.tryAdd(bytes)) {
            return !closed;
        }
        forgetOldest(0);
        return room.tryAdd(bytes);
    }

    private void forgetOldest(int left) {
        List<Command> ended = kept.values().stream().filter(Kept::hasEnded).map(Kept::command).toList();
        ended.stream().limit(Math.max(0, ended.size() - left)).forEach(this::forget);
    }

    /// It has ended: only what it has written is kept.
    synchronized void ended(Command command) {
        Kept one = kept.get(command.number());
        if (one != null) {
            one.room().shrinkTo(Math.min(command.log().bytes(), command.request().maxOutputBytes()));
        }
    }

    synchronized Optional<Command> find(int number) {
        return Optional.ofNullable(kept.get(number)).map(Kept::command);
    }

    synchronized Collection<Command> all() {
        return kept.values().stream().map(Kept::command).toList();
    }

    synchronized void forget(Command command) {
        Kept gone = kept.remove(command.number());
        if (gone != null) {
            gone.room().close();
        }
    }

    synchronized void forgetAll() {
        closed = true;
        kept.values().forEach(one -> one.room().close());
        kept.clear();
    }
}
