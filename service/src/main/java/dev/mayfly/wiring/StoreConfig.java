package dev.mayfly.wiring;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an operator can set of what is stored: groups of `MayflyConfig`.
public final class StoreConfig {
    private StoreConfig() {}

    /// The database of asynchronous executions.
    public interface Store {
        /// `sqlite:FILE` for one machine, or `jdbc:postgresql://HOST:PORT/NAME`, which replicas share.
        @WithDefault("sqlite:/var/lib/mayfly/mayfly.db")
        @WithConverter(Accepts.StoreUrl.class)
        String url();

        /// PostgreSQL's user, where the URL does not contain it.
        Optional<String> user();

        /// PostgreSQL's password, where the URL does not contain it.
        Optional<String> password();

        /// Size of the store above which new asynchronous executions are refused, in MiB. The last 10 % is reserved
        /// for tenants with less than 10 % of it.
        @WithDefault("10240")
        @WithConverter(Accepts.Mebibytes.class)
        long maxMib();

        /// Free space on the disk of a SQLite store below which new asynchronous executions are refused, in MiB.
        @WithDefault("512")
        @WithConverter(Accepts.MebibytesOrNone.class)
        long minFreeMib();

        /// How long an execution, and a webhook's log, is stored after its end.
        @WithDefault("24H")
        @WithConverter(Accepts.Time.class)
        Duration retention();
    }

    /// Stored functions.
    public interface Functions {
        /// Functions that one tenant may have.
        @WithDefault("10000")
        @WithConverter(Accepts.Count.class)
        int maxPerTenant();

        /// Size of one tenant's functions with all their versions, in MiB.
        @WithDefault("256")
        @WithConverter(Accepts.Mebibytes.class)
        long maxMibPerTenant();

        /// Versions of one function that are stored: the newest ones, and the current one.
        @WithDefault("100")
        @WithConverter(Accepts.Count.class)
        int maxVersions();

        /// Functions that have metrics of their own; the others are metered together. A function that has not run for
        /// 10 minutes makes room for another one.
        @WithDefault("100")
        @WithConverter(Accepts.CountOrNone.class)
        int metered();
    }

    /// Secrets that functions get.
    public interface Secrets {
        /// The keys that seal the secrets of functions: each 32 random bytes in base 64, as `openssl rand -base64 32`
        /// prints them. The first one seals; secrets that were sealed with another one are sealed again at the start.
        /// All replicas need the same keys.
        Optional<List<String>> keys();

        /// File with the keys, one a line, where `mayfly.secrets.keys` names none. With a SQLite store it is made, with
        /// a new key, where it is missing.
        @WithDefault("/var/lib/mayfly/secrets.keys")
        Path keyFile();
    }

    /// Asynchronous executions.
    public interface Async {
        /// Name of this replica: unique among the replicas, and the same after a restart. The service sets
        /// `$HOSTNAME-port`.
        @WithDefault("worker")
        String replica();

        /// Asynchronous executions that run on this replica at the same time; 0: it only accepts.
        @WithDefault("8")
        @WithConverter(Accepts.CountOrNone.class)
        int slots();

        /// Asynchronous executions that may be queued, over all replicas; the next one is refused with 503. The last
        /// 10 % is reserved for tenants with less than 10 % of them.
        @WithDefault("100000")
        @WithConverter(Accepts.CountOrNone.class)
        int maxQueued();

        /// Silence after which a replica counts as dead, and another one starts its executions again.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration replicaTimeout();

        /// Attempts at an execution when Mayfly fails while it runs, before its outcome is `failed`.
        @WithDefault("5")
        @WithConverter(Accepts.Count.class)
        int maxAttempts();
    }

    /// Webhooks: how callers learn of the end of their asynchronous executions.
    public interface Webhook {
        /// Private networks to which webhooks may be sent: `10.1.0.0/16,fd00::/8`.
        Optional<List<@WithConverter(Accepts.NetworkText.class) String>> allowedNetworks();

        /// Longest time of an attempt, from the look-up of the name to the answer.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration timeout();

        /// Pause after the first attempt; each further pause is four times as long, up to four hours, varied by a
        /// fifth.
        @WithDefault("5S")
        @WithConverter(Accepts.Time.class)
        Duration firstRetry();

        /// How long a delivery is tried.
        @WithDefault("24H")
        @WithConverter(Accepts.Time.class)
        Duration giveUpAfter();

        /// How long a replaced secret still signs beside the new one.
        @WithDefault("24H")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration secretOverlap();
    }
}
