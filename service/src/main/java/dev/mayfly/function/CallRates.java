package dev.mayfly.function;

import dev.mayfly.wire.HttpTriggerRequest;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How often functions are called over the web, each altogether and by each address. In memory: each replica counts for
/// itself. Thread-safe.
public final class CallRates {
    private static final int MOST = 50_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// @param address empty for all of them together
    private record Counted(String tenant, String function, String address, int perMinute) {}

    private final Map<Counted, Bucket> functions = new Latest();
    /// Apart, so that many addresses do not make a function's own count be forgotten.
    private final Map<Counted, Bucket> addresses = new Latest();

    /// What was not asked for longest is forgotten first.
    private static final class Latest extends LinkedHashMap<Counted, Bucket> {
        private static final long serialVersionUID = 1;

        Latest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Counted, Bucket> eldest) {
            return size() > MOST;
        }
    }

    /// Counts a call. Empty where it may be made, else when to come back.
    public Optional<Duration> waitFor(String tenant, String function, HttpTriggerRequest trigger, String address) {
        // an address that calls too often takes nothing from the others
        return taken(addresses, new Counted(tenant, function, address, trigger.perMinutePerAddress())).or(() -> taken(functions, new Counted(tenant, function, "", trigger.perMinute())));
    }

    private Optional<Duration> taken(Map<Counted, Bucket> buckets, Counted counted) {
        ConsumptionProbe probe = bucket(buckets, counted).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill())));
    }

    private synchronized Bucket bucket(Map<Counted, Bucket> buckets, Counted counted) {
        return buckets.computeIfAbsent(counted, each -> Bucket.builder().addLimit(limit -> limit.capacity(each.perMinute()).refillGreedy(each.perMinute(), MINUTE)).build());
    }
}
