package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Those who wait: each tenant has a line of its own, first come, first served, and the lines take turns.
final class Turns {
    /// In the order of their turns.
    private final Map<String, Deque<Shelf.Waiter>> lines = new LinkedHashMap<>();

    void add(Shelf.Waiter waiter) {
        lines.computeIfAbsent(waiter.tenant(), tenant -> new ArrayDeque<>()).add(waiter);
    }

    /// Puts it before all others of its tenant.
    void addFirst(Shelf.Waiter waiter) {
        lines.computeIfAbsent(waiter.tenant(), tenant -> new ArrayDeque<>()).addFirst(waiter);
    }

    void remove(Shelf.Waiter waiter) {
        Deque<Shelf.Waiter> line = lines.get(waiter.tenant());
        if (line != null && line.remove(waiter) && line.isEmpty()) {
            lines.remove(waiter.tenant());
        }
    }

    /// The first of the next line of such a tenant; its line then has the last turn.
    Optional<Shelf.Waiter> poll(Predicate<String> tenants) {
        Optional<String> turn = lines.keySet().stream().filter(tenants).findFirst();
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        Deque<Shelf.Waiter> line = Objects.requireNonNull(lines.remove(turn.get()));
        Shelf.Waiter first = line.remove();
        if (!line.isEmpty()) {
            lines.put(turn.get(), line);
        }
        return Optional.of(first);
    }

    /// When the one came who waits longest of such tenants.
    Optional<Long> since(Predicate<String> tenants) {
        return lines(tenants).map(line -> line.getFirst().since()).min(Long::compare);
    }

    /// Who came last of one tenant, and may be refused.
    Optional<Shelf.Waiter> last(String tenant) {
        return Optional.ofNullable(lines.get(tenant)).map(Deque::peekLast).filter(last -> !last.admitted());
    }

    private Stream<Deque<Shelf.Waiter>> lines(Predicate<String> tenants) {
        return lines.entrySet().stream().filter(line -> tenants.test(line.getKey())).map(Map.Entry::getValue);
    }

    int size() {
        return size(tenant -> true);
    }

    int size(Predicate<String> tenants) {
        return lines(tenants).mapToInt(Deque::size).sum();
    }

    /// Returns all of them, as they are now.
    Stream<Shelf.Waiter> all() {
        return lines.values().stream().flatMap(Deque::stream).toList().stream();
    }

    /// All of them; none is left here.
    Stream<Shelf.Waiter> drain() {
        var all = lines.values().stream().flatMap(Deque::stream).toList();
        lines.clear();
        return all.stream();
    }
}
