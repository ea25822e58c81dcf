package dev.mayfly.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.DoubleConsumer;

/// A simulation of an installation in its own time: requests go through an entrance to the node that has the fewest of
/// them, use its cores in turn, and are written to a database where they are to be stored.
public final class Installation {
    /// @param cores of each node; a share of one, too
    /// @param fixedMillis CPU time of one execution whatever its program does
    /// @param programMillis CPU time of its program, on average (exponential)
    /// @param entranceMillis CPU time of one request at the entrance
    /// @param storedShare how many of the executions are stored, 0 to 1
    /// @param storeMillis the database's CPU time for a stored one, from its acceptance to its end
    public record Model(int nodes, double cores, double fixedMillis, double programMillis, double entranceMillis, int entranceCores, double storedShare, double storeMillis, int storeCores) {}

    /// @param perSecond executions that ended, a second
    /// @param nodes how busy the cores of the nodes were, 0 to 1; likewise the others
    public record Report(double perSecond, double nodes, double entrance, double store, double p50Millis, double p99Millis) {
        /// What is busiest: the first that more load would not get through.
        public String busiest() {
            double most = Math.max(nodes, Math.max(entrance, store));
            return most == nodes ? "the nodes' cores" : most == store ? "the database" : "the entrance";
        }
    }

    private record Event(double at, Runnable what) {}

    private final class Station {
        private final int servers;
        private final double speed;
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int busy;
        private int present;
        private double used;

        Station(double cores) {
            servers = (int) Math.ceil(cores);
            speed = cores / servers;
        }

        void enter(double millis, Runnable then) {
            present++;
            Runnable turn = () -> {
                busy++;
                used += millis / speed;
                after(millis / speed, () -> {
                    busy--;
                    present--;
                    Runnable next = waiting.poll();
                    if (next != null) {
                        next.run();
                    }
                    then.run();
                });
            };
            if (busy < servers) {
                turn.run();
            } else {
                waiting.add(turn);
            }
        }

        double utilization() {
            return used / (now * servers);
        }
    }

    private final Model model;
    private final Random random = new Random(42);
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingDouble(Event::at));
    private final List<Station> nodes = new ArrayList<>();
    private final Station entrance;
    private final Station store;
    private final List<Double> latencies = new ArrayList<>();
    private double now;

    private Installation(Model model) {
        this.model = model;
        for (int node = 0; node < model.nodes(); node++) {
            nodes.add(new Station(model.cores()));
        }
        entrance = new Station(model.entranceCores());
        store = new Station(model.storeCores());
    }

    /// So many callers, each of whom sends the next request when the last one is answered.
    public static Report closed(Model model, int callers, double seconds) {
        var installation = new Installation(model);
        for (int caller = 0; caller < callers; caller++) {
            installation.repeat();
        }
        return installation.run(seconds);
    }

    /// Requests that come at random, so many a second on average.
    public static Report open(Model model, double perSecond, double seconds) {
        var installation = new Installation(model);
        installation.arrive(perSecond);
        return installation.run(seconds);
    }

    private void repeat() {
        request(latency -> repeat());
    }

    private void arrive(double perSecond) {
        after(exponential(1000 / perSecond), () -> {
            request(latency -> {});
            arrive(perSecond);
        });
    }

    private void request(DoubleConsumer answered) {
        double begun = now;
        boolean stored = random.nextDouble() < model.storedShare();
        Runnable atNode = () -> fewest().enter(model.fixedMillis() + exponential(model.programMillis()), () -> {
            latencies.add(now - begun);
            answered.accept(now - begun);
        });
        entrance.enter(model.entranceMillis(), stored ? () -> store.enter(model.storeMillis(), atNode) : atNode);
    }

    /// As the entrance chooses: the one with the fewest requests, by chance among equals.
    private Station fewest() {
        int fewest = nodes.stream().mapToInt(node -> node.present).min().orElseThrow();
        List<Station> equals = nodes.stream().filter(node -> node.present == fewest).toList();
        return equals.get(random.nextInt(equals.size()));
    }

    private double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private void after(double millis, Runnable what) {
        events.add(new Event(now + millis, what));
    }

    private Report run(double seconds) {
        double end = seconds * 1000;
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.poll();
            now = next.at();
            next.what().run();
        }
        now = end;
        latencies.sort(null);
        double busy = nodes.stream().mapToDouble(Station::utilization).average().orElseThrow();
        return new Report(latencies.size() / seconds, busy, entrance.utilization(), store.utilization(), quantile(0.5), quantile(0.99));
    }

    private double quantile(double share) {
        return latencies.isEmpty() ? 0 : latencies.get((int) (share * (latencies.size() - 1)));
    }
}
