package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Those who wait. Tenants take turns; within a tenant, its functions do; within a function, the first to come is the
/// first to be served. What runs no function counts as one.
final class Turns {
    /// By tenant, in the order of their turns.
    private final Map<String, Line> lines = new LinkedHashMap<>();

    /// The waiters of one tenant; never empty.
    private static final class Line {
        /// By function, in the order of their turns.
        private final LinkedHashMap<String, Deque<Shelf.Waiter>> functions = new LinkedHashMap<>();

        private Deque<Shelf.Waiter> of(Shelf.Waiter waiter) {
            return functions.computeIfAbsent(waiter.borrower().function(), function -> new ArrayDeque<>());
        }

        void add(Shelf.Waiter waiter) {
            of(waiter).add(waiter);
        }

        void addFirst(Shelf.Waiter waiter) {
            Deque<Shelf.Waiter> its = of(waiter);
            its.addFirst(waiter);
            functions.putFirst(waiter.borrower().function(), its);
        }

        boolean remove(Shelf.Waiter waiter) {
            String function = waiter.borrower().function();
            Deque<Shelf.Waiter> its = functions.get(function);
            if (its == null || !its.remove(waiter)) {
                return false;
            }
            if (its.isEmpty()) {
                functions.remove(function);
            }
            return true;
        }

        /// The first of the function whose turn it is; the function then has the last turn.
        Shelf.Waiter poll() {
            Map.Entry<String, Deque<Shelf.Waiter>> turn = Objects.requireNonNull(functions.pollFirstEntry());
            Shelf.Waiter first = turn.getValue().remove();
            if (!turn.getValue().isEmpty()) {
                functions.putLast(turn.getKey(), turn.getValue());
            }
            return first;
        }

        boolean isEmpty() {
            return functions.isEmpty();
        }

        int size() {
            return functions.values().stream().mapToInt(Deque::size).sum();
        }

        long since() {
            return functions.values().stream().mapToLong(its -> its.getFirst().since()).min().orElseThrow();
        }

        /// Of the functions whose last one may be refused, the one with the most who wait.
        Optional<Shelf.Waiter> lastOfLongest() {
            return functions.values().stream().filter(its -> !its.getLast().admitted()).max(Comparator.comparingInt(Deque::size)).map(Deque::getLast);
        }

        Stream<Shelf.Waiter> all() {
            return functions.values().stream().flatMap(Deque::stream);
        }
    }

    private Line line(Shelf.Waiter waiter) {
        return lines.computeIfAbsent(waiter.borrower().tenant(), tenant -> new Line());
    }

    void add(Shelf.Waiter waiter) {
        line(waiter).add(waiter);
    }

    /// Puts it before all others of its tenant.
    void addFirst(Shelf.Waiter waiter) {
        line(waiter).addFirst(waiter);
    }

    void remove(Shelf.Waiter waiter) {
        Line line = lines.get(waiter.borrower().tenant());
        if (line != null && line.remove(waiter) && line.isEmpty()) {
            lines.remove(waiter.borrower().tenant());
        }
    }

    /// The next one of the next such tenant; this tenant then has the last turn.
    Optional<Shelf.Waiter> poll(Predicate<String> tenants) {
        Optional<String> turn = lines.keySet().stream().filter(tenants).findFirst();
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        Line line = Objects.requireNonNull(lines.remove(turn.get()));
        Shelf.Waiter first = line.poll();
        if (!line.isEmpty()) {
            lines.put(turn.get(), line);
        }
        return Optional.of(first);
    }

    /// When the one came who waits longest of such tenants.
    Optional<Long> since(Predicate<String> tenants) {
        return lines(tenants).map(Line::since).min(Long::compare);
    }

    /// Who came last of one tenant, of its function with the most who wait, and may be refused.
    Optional<Shelf.Waiter> last(String tenant) {
        return Optional.ofNullable(lines.get(tenant)).flatMap(Line::lastOfLongest);
    }

    private Stream<Line> lines(Predicate<String> tenants) {
        return lines.entrySet().stream().filter(line -> tenants.test(line.getKey())).map(Map.Entry::getValue);
    }

    int size() {
        return size(tenant -> true);
    }

    int size(Predicate<String> tenants) {
        return lines(tenants).mapToInt(Line::size).sum();
    }

    /// Returns all of them, as they are now.
    Stream<Shelf.Waiter> all() {
        return lines.values().stream().flatMap(Line::all).toList().stream();
    }

    /// All of them; none is left here.
    Stream<Shelf.Waiter> drain() {
        Stream<Shelf.Waiter> all = all();
        lines.clear();
        return all;
    }
}
