package dev.mayfly.execution;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// Counts the executions of functions that bound how many of theirs may be there at once. In memory: each replica counts
/// for itself. Thread-safe.
public final class FunctionPlaces {
    private static final Duration SOON = Duration.ofSeconds(1);

    /// A tenant's function.
    public record Name(String tenant, String function) {}

    /// @param most as the execution that asked last has it: versions may differ
    private record Count(int present, int most) {}

    private static final Count NONE = new Count(0, Integer.MAX_VALUE);

    private final Map<Name, Count> counts = new HashMap<>();

    /// Takes a place until `leave`; false where all are taken.
    public synchronized boolean tryEnter(String tenant, Optional<Invocation> invocation) {
        OptionalInt bound = bound(invocation);
        if (bound.isEmpty()) {
            return true;
        }
        Name name = name(tenant, invocation);
        int present = count(name).present();
        boolean entered = present < bound.getAsInt();
        counts.put(name, new Count(entered ? present + 1 : present, bound.getAsInt()));
        return entered;
    }

    /// @throws RejectedException all places are taken
    void enter(String tenant, Optional<Invocation> invocation) throws RejectedException {
        if (!tryEnter(tenant, invocation)) {
            throw RejectedException.forNow(RejectedException.Kind.FUNCTION_BUSY, "the function %s already has %d executions, its concurrency"
                    .formatted(invocation.orElseThrow().function(), bound(invocation).orElseThrow()), SOON);
        }
    }

    /// Waits for a place.
    synchronized void await(String tenant, Optional<Invocation> invocation) throws InterruptedException {
        while (!tryEnter(tenant, invocation)) {
            wait();
        }
    }

    public synchronized void leave(String tenant, Optional<Invocation> invocation) {
        if (bound(invocation).isEmpty()) {
            return;
        }
        Name name = name(tenant, invocation);
        Count count = count(name);
        if (count.present() == 1) {
            counts.remove(name);
        } else {
            counts.put(name, new Count(count.present() - 1, count.most()));
        }
        notifyAll();
    }

    /// Those with no place left.
    public synchronized Set<Name> full() {
        return counts.entrySet().stream().filter(each -> each.getValue().present() >= each.getValue().most()).map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    private Count count(Name name) {
        return counts.getOrDefault(name, NONE);
    }

    private static OptionalInt bound(Optional<Invocation> invocation) {
        return invocation.isPresent() ? invocation.get().concurrency() : OptionalInt.empty();
    }

    private static Name name(String tenant, Optional<Invocation> invocation) {
        return new Name(tenant, invocation.orElseThrow().function());
    }
}
