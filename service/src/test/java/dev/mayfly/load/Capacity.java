package dev.mayfly.load;

import dev.mayfly.load.Installation.Model;
import dev.mayfly.load.Installation.Report;

/// How many nodes a number of executions a day needs, by simulation: first of the three nodes that `loadtest/swarm`
/// measured, which must agree, then of larger installations.
public final class Capacity {
    private static final double SHARE = 0.5;
    private static final int CALLERS = 12;
    private static final int NODES = 3;
    private static final double AGREED = 0.2;
    private static final double ROOM = 0.7;
    private static final double PEAK = 3;
    private static final double DAY = 86_400;
    private static final int CORES = 16;
    private static final double PROGRAM_MILLIS = 20;
    /// Of one request at HAProxy: assumed, not measured.
    private static final double ENTRANCE_MILLIS = 0.1;
    private static final int ENTRANCE_CORES = 4;
    private static final int STORE_CORES = 8;
    private static final double SECONDS = 20;
    private static final int MOST_EVENTS = 400_000;

    private Capacity() {}

    /// Arguments: executions a second of one node and of three (`loadtest/swarm`), accepted a second by a database on
    /// two cores (`loadtest/async-rate`), CPU milliseconds of one execution on a node of its own (`mayfly bench`).
    public static void main(String[] arguments) {
        double one = Double.parseDouble(arguments[0]);
        double three = Double.parseDouble(arguments[1]);
        double storeMillis = 2 * 1000 / Double.parseDouble(arguments[2]);
        double cost = Double.parseDouble(arguments[3]);
        double costOfShare = SHARE * 1000 / one; // a node that is busy all the time
        var model = new Model(NODES, SHARE, costOfShare, 0, ENTRANCE_MILLIS, 1, 0, storeMillis, 1);
        double simulated = Installation.closed(model, CALLERS, SECONDS).perSecond();
        System.out.printf("| what | simulated | measured | simulated ÷ measured |%n|---|---|---|---|%n");
        System.out.printf("| executions a second of %d nodes of %s CPU, %d callers, from one node's %.1f | %.1f | %.1f | %.2f |%n", NODES, SHARE, CALLERS, one, simulated, three, simulated / three);
        System.out.printf("%n| executions a day | at the peak | nodes of %d cores | cores busy | database busy, half stored | entrance busy | p50 | p99 | busiest |%n|---|---|---|---|---|---|---|---|---|%n", CORES);
        for (double perDay = 1e6; perDay <= 1e9; perDay *= 10) {
            row(perDay, cost, storeMillis);
        }
        System.exit(Math.abs(simulated / three - 1) <= AGREED ? 0 : 1);
    }

    private static void row(double perDay, double cost, double storeMillis) {
        double peak = PEAK * perDay / DAY;
        int nodes = (int) Math.ceil(peak * (cost + PROGRAM_MILLIS) / 1000 / ROOM / CORES);
        var model = new Model(nodes, CORES, cost, PROGRAM_MILLIS, ENTRANCE_MILLIS, ENTRANCE_CORES, 0.5, storeMillis, STORE_CORES);
        Report report = Installation.open(model, peak, Math.min(SECONDS, MOST_EVENTS / peak));
        System.out.printf("| %,.0f | %,.0f /s | %d | %.0f %% | %.0f %% | %.0f %% | %.0f ms | %.0f ms | %s |%n", perDay, peak, nodes, 100 * report.nodes(), 100 * report.store(), 100 * report.entrance(),
                report.p50Millis(), report.p99Millis(), report.busiest());
    }
}
