package dev.mayfly.execution;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts what tenants use against their quotas. In memory: a restart forgets it, and each replica counts for itself.
/// Thread-safe.
public final class Quotas {
    /// So many tenants may be known before those that use nothing now are forgotten.
    private static final int MANY = 10_000;

    private static final Duration SOON = Duration.ofSeconds(1);

    /// One bound, as the caller may know it: `remaining` of `limit`, whole again after `reset`.
    public record Standing(String name, long limit, long remaining, Duration window, Duration reset) {}

    private final Function<String, Quota> ofTenant;
    private final InstantSource clock;
    private final Map<String, Account> accounts = new HashMap<>();

    public Quotas(Function<String, Quota> ofTenant, InstantSource clock) {
        this.ofTenant = ofTenant;
        this.clock = clock;
    }

    public static Quotas none() {
        return new Quotas(tenant -> Quota.NONE, InstantSource.system());
    }

    /// Counts one execution, from now until `leave`.
    ///
    /// @throws RejectedException the tenant has used up what it may; says when more will be there
    synchronized void enter(String tenant) throws RejectedException {
        Account account = account(tenant);
        account.requireCpuTime();
        account.requirePlace();
        account.requireToken();
        account.present++;
    }

    /// Counts a submission that is to run later against the rate.
    ///
    /// @throws RejectedException as `enter` does, but not for the number of executions at the same time: it waits for
    ///     those
    synchronized void check(String tenant) throws RejectedException {
        Account account = account(tenant);
        account.requireCpuTime();
        account.requireToken();
    }

    /// As `enter`, of a submission that was checked when it was accepted.
    synchronized void enterChecked(String tenant) throws RejectedException {
        Account account = account(tenant);
        account.requireCpuTime();
        account.requirePlace();
        account.present++;
    }

    /// @param cpu what the execution used
    synchronized void leave(String tenant, Duration cpu) {
        Account account = account(tenant);
        account.present--;
        account.use(cpu);
    }

    /// How much of each of its bounds a tenant has left.
    public synchronized List<Standing> standing(String tenant) {
        return account(tenant).standing();
    }

    private Account account(String tenant) {
        Quota quota = ofTenant.apply(tenant);
        if (accounts.size() >= MANY) {
            accounts.values().removeIf(account -> account.present == 0 && account.usedToday().isZero());
        }
        Account account = accounts.computeIfAbsent(tenant, name -> new Account());
        account.apply(quota);
        return account;
    }

    private final class Account {
        private Quota quota = Quota.NONE;
        private @Nullable Bucket bucket;
        private int present;
        private LocalDate day = today();
        private Duration used = Duration.ZERO;

        void apply(Quota now) {
            if (!now.equals(quota)) {
                quota = now;
                bucket = now.ratePerSecond().map(Account::bucket).orElse(null);
            }
        }

        private static long burst(double ratePerSecond) {
            return Math.max(1, Math.round(ratePerSecond));
        }

        private static Bucket bucket(double ratePerSecond) {
            Duration refill = Duration.ofNanos((long) (burst(ratePerSecond) / ratePerSecond * 1e9));
            return Bucket.builder()
                    .addLimit(limit -> limit.capacity(burst(ratePerSecond)).refillGreedy(burst(ratePerSecond), refill))
                    .build();
        }

        void requireCpuTime() throws RejectedException {
            Optional<Duration> allowed = quota.cpuPerDay();
            if (allowed.isPresent() && usedToday().compareTo(allowed.get()) >= 0) {
                throw exceeded("the tenant's %d s of CPU time a day are used up".formatted(allowed.get().toSeconds()), untilMidnight());
            }
        }

        void requirePlace() throws RejectedException {
            if (quota.concurrency().isPresent() && present >= quota.concurrency().get()) {
                throw exceeded("the tenant already has %d executions, its quota's concurrency".formatted(quota.concurrency().get()), SOON);
            }
        }

        void requireToken() throws RejectedException {
            if (bucket != null) {
                ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
                if (!probe.isConsumed()) {
                    throw exceeded("the tenant's rate of %s executions a second is exceeded".formatted(quota.ratePerSecond().orElseThrow()),
                            Duration.ofNanos(probe.getNanosToWaitForRefill()));
                }
            }
        }

        private static RejectedException exceeded(String what, Duration again) {
            return RejectedException.forNow(RejectedException.Kind.QUOTA_EXCEEDED, "the tenant's quota: " + what, Duration.ofSeconds(wholeSeconds(again)));
        }

        void use(Duration cpu) {
            used = usedToday().plus(cpu);
        }

        private Duration usedToday() {
            if (!today().equals(day)) {
                day = today();
                used = Duration.ZERO;
            }
            return used;
        }

        List<Standing> standing() {
            List<Standing> all = new ArrayList<>();
            if (bucket != null) {
                long limit = burst(quota.ratePerSecond().orElseThrow());
                long left = bucket.getAvailableTokens();
                Duration window = Duration.ofSeconds(Math.max(1, Math.round(limit / quota.ratePerSecond().orElseThrow())));
                all.add(new Standing("rate", limit, left, window, left < limit ? window : Duration.ZERO));
            }
            quota.concurrency().ifPresent(limit -> all.add(new Standing("concurrency", limit, limit - present, Duration.ZERO, Duration.ZERO)));
            quota.cpuPerDay().ifPresent(limit -> all.add(new Standing(
                    "cpu-seconds", limit.toSeconds(), Math.max(0, limit.minus(usedToday()).toSeconds()), Duration.ofDays(1), untilMidnight())));
            return all;
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Duration untilMidnight() {
        Instant midnight = today().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return Duration.between(clock.instant(), midnight);
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusNanos(999_999_999).toSeconds());
    }
}
