package dev.mayfly.wiring;

import dev.mayfly.sandbox.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Meters the executions of functions: as many functions as are allowed have series of their own, all others share
/// one. A function that has not run for a while gives its series up to another one. Thread-safe.
final class FunctionMetrics {
    private static final String NAME = "mayfly.functions.executions";
    private static final long IDLE_NANOS = Duration.ofMinutes(10).toNanos();

    private record Name(String tenant, String function) {}

    /// No tenant and no function has such a name.
    private static final Name OTHERS = new Name("(others)", "(others)");

    private final MeterRegistry registry;
    private final int most;
    private final LongSupplier nanoTime;
    /// Those with series of their own, and when they last ran; the one that has not run for longest comes first.
    private final LinkedHashMap<Name, Long> metered = new LinkedHashMap<>(16, 0.75f, true);

    FunctionMetrics(MeterRegistry registry, int most, LongSupplier nanoTime) {
        this.registry = registry;
        this.most = most;
        this.nanoTime = nanoTime;
    }

    synchronized void ended(String tenant, String function, Outcome outcome, Duration total) {
        var called = new Name(tenant, function);
        Name name = hasSeries(called) ? called : OTHERS;
        Timer.builder(NAME)
                .description("Ended attempts at functions' executions on this replica, and how long they took from their admission; functions beyond mayfly.functions.metered share one series")
                .tags("tenant", name.tenant(), "function", name.function(), "result", result(outcome))
                .register(registry)
                .record(total);
    }

    private static String result(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) when code == 0 -> "success";
            case Outcome.Cancelled _ -> "cancelled";
            default -> "failure";
        };
    }

    private boolean hasSeries(Name function) {
        long now = nanoTime.getAsLong();
        if (!metered.containsKey(function) && metered.size() >= most && !makeRoom(now)) {
            return false;
        }
        metered.put(function, now);
        return true;
    }

    private boolean makeRoom(long now) {
        Iterator<Map.Entry<Name, Long>> all = metered.entrySet().iterator();
        if (!all.hasNext()) {
            return false;
        }
        Map.Entry<Name, Long> eldest = all.next();
        if (now - eldest.getValue() < IDLE_NANOS) {
            return false;
        }
        registry.find(NAME).tags("tenant", eldest.getKey().tenant(), "function", eldest.getKey().function()).timers().forEach(registry::remove);
        all.remove();
        return true;
    }
}
