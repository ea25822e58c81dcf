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

    /// What was not asked for longest is forgotten first.
    private final Map<Counted, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Counted, Bucket> eldest) {
            return size() > MOST;
        }
    };

    /// Counts a call. Empty where it may be made, else when to come back.
    public Optional<Duration> waitFor(String tenant, String function, HttpTriggerRequest trigger, String address) {
        return taken(new Counted(tenant, function, address, trigger.perMinutePerAddress())).or(() -> taken(new Counted(tenant, function, "", trigger.perMinute())));
    }

    private Optional<Duration> taken(Counted counted) {
        ConsumptionProbe probe = bucket(counted).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill())));
    }

    private synchronized Bucket bucket(Counted counted) {
        return buckets.computeIfAbsent(counted, each -> Bucket.builder().addLimit(limit -> limit.capacity(each.perMinute()).refillGreedy(each.perMinute(), MINUTE)).build());
    }
}
