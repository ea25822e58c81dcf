package dev.mayfly.wiring;

import io.quarkus.runtime.annotations.ConfigDocSection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Everything that an operator can set. Prefix `mayfly`; `MAYFLY_POOL_CAPACITY` in the environment sets
/// `mayfly.pool.capacity`.
@ConfigMapping(prefix = "mayfly")
public interface MayflyConfig {
    /// Folder with one folder per language.
    @WithDefault("runtimes")
    Path runtimes();

    /// Versions that a language's bare name means, where it is not the first in its `runtime.yaml`: `node:22`, once
    /// `runtimes/build node:22` has built it.
    Optional<Set<String>> defaultRuntimes();

    /// Folder where live instances hold their locks; shared by all instances that use one engine on one host.
    @WithDefault("/run/mayfly")
    Path lockFolder();

    /// Name of this deployment in the labels of its sandboxes.
    @WithDefault("mayfly")
    String service();

    /// Who makes the sandboxes: `docker` (a Docker Engine) or `oci` (Mayfly itself, or an OCI runtime that it calls;
    /// needs Linux and root). By default `oci` where this host allows it, which the service tries at its start by
    /// making a sandbox, else `docker`.
    Optional<@WithConverter(Accepts.OneEngine.class) Engine> engine();

    @ConfigDocSection
    Docker docker();

    @ConfigDocSection
    Oci oci();

    @ConfigDocSection
    Pool pool();

    @ConfigDocSection
    Execution execution();

    @ConfigDocSection
    Http http();

    @ConfigDocSection
    Socket socket();

    @ConfigDocSection
    Access access();

    @ConfigDocSection
    Quota quota();

    @ConfigDocSection
    Kafka kafka();

    @ConfigDocSection
    Store store();

    @ConfigDocSection
    Async async();

    @ConfigDocSection
    Webhook webhook();

    enum Engine {
        DOCKER,
        OCI
    }

    /// The Docker engine.
    interface Docker {
        /// `unix:///path` or `tcp://host:port`; by default `DOCKER_HOST`, else `unix:///var/run/docker.sock`.
        Optional<@WithConverter(Accepts.EngineAddress.class) String> host();

        /// Longest time of a call to the engine.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration callTimeout();

        /// Longest time from a sandbox's start until its interpreter is ready.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration readyTimeout();
    }

    /// Sandboxes without a container engine: `mayfly.engine=oci`.
    interface Oci {
        /// Who makes the sandboxes: `built-in` (the default: the keeper), or the name or path of an OCI runtime:
        /// `crun`, `runc`, `runsc`.
        Optional<String> runtime();

        /// Folder to which `mayfly images load` unpacks images.
        @WithDefault("/var/lib/mayfly/images")
        Path images();

        /// The keeper: the program that makes sandboxes or calls the OCI runtime. The launcher sets it.
        @WithDefault("target/keeper")
        Path keeper();

        /// Longest time of a call to the keeper or the OCI runtime.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration callTimeout();

        /// Longest time from a sandbox's start until its interpreter is ready.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration readyTimeout();

        /// Range `FIRST-LAST` of the host's user and group ids, of which each living sandbox gets 65,536 of its own;
        /// `none`: sandboxes have the host's ids. The default range belongs to nobody else
        /// (https://systemd.io/UIDS-GIDS/). Services on one host divide it among themselves; services in containers
        /// with their own control group namespaces each need a range of their own.
        @WithDefault("1879048192-2147483647")
        String hostUsers();

        /// Whether interpreters are restored from a snapshot, where a runtime offers it; `false`: each is started.
        @WithDefault("true")
        @WithConverter(Accepts.YesOrNo.class)
        boolean snapshots();
    }

    /// The pool of warm sandboxes.
    interface Pool {
        /// Sandboxes alive at the same time: being made, warm, leased and being destroyed. Size it as memory ÷ the
        /// largest memory limit.
        @WithDefault("24")
        @WithConverter(Accepts.Count.class)
        int capacity();

        /// Sum of the memory limits of the sandboxes alive at the same time, in MiB.
        @WithDefault("8192")
        @WithConverter(Accepts.Mebibytes.class)
        long memoryMib();

        /// Fewest warm sandboxes of each runtime.
        @WithDefault("2")
        @WithConverter(Accepts.CountOrNone.class)
        int minWarm();

        /// Most warm sandboxes of each runtime; demand decides in between.
        @WithDefault("6")
        @WithConverter(Accepts.CountOrNone.class)
        int maxWarm();

        /// Sandboxes being made at the same time.
        @WithDefault("4")
        @WithConverter(Accepts.Count.class)
        int parallelCreates();

        /// Longest life of a warm sandbox; varied by up to 10 % so that they do not expire together.
        @WithDefault("10M")
        @WithConverter(Accepts.Time.class)
        Duration maxIdle();

        /// How often to look for new images and for orphaned sandboxes.
        @WithDefault("5S")
        @WithConverter(Accepts.Time.class)
        Duration refreshInterval();
    }

    /// Bulk submissions over Kafka. Kafka's own properties go behind `kafka.`, TLS and SASL included:
    /// `kafka.bootstrap.servers` (default `localhost:9092`).
    interface Kafka {
        /// Whether submissions are read from Kafka.
        @WithDefault("false")
        @WithConverter(Accepts.YesOrNo.class)
        boolean enabled();

        /// Name of this worker: unique among the replicas, and the same after a restart. The service sets
        /// `$HOSTNAME-port`.
        @WithDefault("worker")
        String worker();

        /// The topics are `PREFIX.submissions`, `PREFIX.outcomes`, `PREFIX.submissions.dead-letter` and
        /// `PREFIX.submissions.ledger`.
        @WithDefault("mayfly")
        @WithConverter(Accepts.TopicName.class)
        String topicPrefix();

        /// Partitions of topics that Mayfly creates; the most workers that can share the load.
        @WithDefault("12")
        @WithConverter(Accepts.Count.class)
        int partitions();

        /// Replication factor of topics that Mayfly creates; -1: the broker's default.
        @WithDefault("-1")
        @WithConverter(Accepts.Replication.class)
        short replication();

        /// Largest submission and result, in MiB; a larger one becomes a dead letter.
        @WithDefault("8")
        @WithConverter(Accepts.ArrayMebibytes.class)
        int maxRecordMib();

        /// Finished ids of each partition that are held in memory, to find duplicates.
        @WithDefault("50000")
        @WithConverter(Accepts.CountOrNone.class)
        int rememberedIds();

        /// Attempts at a submission that fails by Mayfly's fault, over about two minutes, before it becomes a dead
        /// letter.
        @WithDefault("8")
        @WithConverter(Accepts.Count.class)
        int maxAttempts();
    }

    /// The database of asynchronous executions.
    interface Store {
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

    /// Asynchronous executions.
    interface Async {
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
    interface Webhook {
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

    /// HTTP connections and browsers.
    interface Http {
        /// Origins whose pages may use the service from a browser: `https://app.example.com,http://localhost:3000`.
        Optional<List<String>> allowedOrigins();

        /// Host names, without a port, under which a service without keys answers, beside `localhost`, `127.…` and
        /// `[::1]`.
        Optional<List<String>> allowedHosts();

        /// Connections open at the same time from one client address (of IPv6: one /64 network); one more is closed
        /// unread. A proxy is one address: raise this and `quarkus.http.limits.max-connections` (2,048 in all)
        /// together.
        @WithDefault("1536")
        @WithConverter(Accepts.Count.class)
        int maxConnectionsPerAddress();
    }

    /// WebSockets at `/v1/executions/interactive`.
    interface Socket {
        /// WebSockets open at the same time for one tenant; the next one is closed with code 1013.
        @WithDefault("256")
        @WithConverter(Accepts.Count.class)
        int maxPerTenant();

        /// WebSockets open at the same time from one client address; the next one is closed with code 1013.
        @WithDefault("256")
        @WithConverter(Accepts.Count.class)
        int maxPerAddress();

        /// How long a terminal may be silent in both directions before its program is ended.
        @WithDefault("5M")
        @WithConverter(Accepts.Time.class)
        Duration maxIdle();
    }

    /// Authentication. OpenID Connect is Quarkus' own, behind `quarkus.oidc.`: `quarkus.oidc.tenant-enabled` and
    /// `quarkus.oidc.auth-server-url`.
    interface Access {
        /// File of keys and tenants that `mayfly keys` and `mayfly tenants` write (the command reads
        /// `MAYFLY_ACCESS_FILE`). Without it and without an OpenID provider, every process on this host may use the
        /// service, and nobody else.
        @WithDefault("/var/lib/mayfly/access.json")
        Path file();

        /// Claim of an OpenID token that names the tenant; a token without it belongs to its subject's tenant.
        @WithDefault("tenant")
        String tenantClaim();
    }

    /// Quota of tenants for which `mayfly tenants set` sets none. Where nothing is set, the pool and its queue are the
    /// bounds.
    interface Quota {
        /// Executions a second; as many may come in one moment.
        Optional<@WithConverter(Accepts.Rate.class) Double> ratePerSecond();

        /// Executions queued or running at the same time.
        Optional<@WithConverter(Accepts.Count.class) Integer> concurrency();

        /// CPU time of all processes, from midnight to midnight UTC.
        Optional<@WithConverter(Accepts.Time.class) Duration> cpuPerDay();
    }

    /// Admission.
    interface Execution {
        /// Largest body of a request, in MiB; a larger one is refused with 413.
        @WithDefault("24")
        @WithConverter(Accepts.Mebibytes.class)
        long maxBodyMib();

        /// Callers that may be queued for a sandbox; the next one is refused with 503.
        @WithDefault("256")
        @WithConverter(Accepts.CountOrNone.class)
        int maxWaiting();

        /// Executions of the bulk lane that run at the same time; the rest of the pool is for interactive callers.
        @WithDefault("4")
        @WithConverter(Accepts.CountOrNone.class)
        int bulkSlots();

        /// How long a request waits for a sandbox before it is refused with 503.
        @WithDefault("10S")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration patience();

        /// How long a stream is silent before a comment shows that it is alive.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration heartbeat();

        /// How long a client may leave an event unread, or a large WebSocket message unfinished, before it counts as
        /// gone.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration stall();

        /// How long a stop waits for running executions before it cancels them.
        @WithDefault("20S")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration drain();
    }
}
