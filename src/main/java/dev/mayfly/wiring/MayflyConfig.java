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

/// Everything that an operator can set. Prefix `mayfly`; `MAYFLY_POOL_CAPACITY` in the environment sets `mayfly.pool.capacity`.
@ConfigMapping(prefix = "mayfly")
public interface MayflyConfig {
    /// The folder with one folder per language.
    @WithDefault("runtimes")
    Path runtimes();

    /// Versions that a language's bare name means, where it is not the first in its `runtime.yaml`: `node:22`.
    Optional<Set<String>> defaultRuntimes();

    /// Where live instances hold their locks; shared by all that use one engine on one host.
    @WithDefault("/run/mayfly")
    Path lockFolder();

    /// Names this deployment in the labels of its sandboxes.
    @WithDefault("mayfly")
    String service();

    /// Who makes the sandboxes: a Docker engine, or an OCI runtime that is called directly (Linux and root).
    @WithDefault("docker")
    @WithConverter(Accepts.OneEngine.class)
    Engine engine();

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

        /// Bound on every call to the engine.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration callTimeout();

        /// Bound from a sandbox's start to its interpreter's word that it waits.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration readyTimeout();
    }

    /// Sandboxes without a container engine.
    interface Oci {
        /// Who makes the sandboxes: `built-in`, the default, or an OCI runtime's name or path.
        Optional<String> runtime();

        /// Where `mayfly images load` unpacks images.
        @WithDefault("/var/lib/mayfly/images")
        Path images();

        /// The program that runs the runtime.
        @WithDefault("target/keeper")
        Path keeper();

        /// Bound on every call to the runtime.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration callTimeout();

        /// Bound from a sandbox's start to its interpreter's word that it waits.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration readyTimeout();

        /// The host's users and groups, `FIRST-LAST`, of which each sandbox gets 65,536 of its own; `none`: all have the host's own.
        @WithDefault("1879048192-2147483647")
        String hostUsers();

        /// Whether interpreters that can be are made of one that was written down, instead of being started in every sandbox.
        @WithDefault("true")
        @WithConverter(Accepts.YesOrNo.class)
        boolean snapshots();
    }

    /// The warm pool.
    interface Pool {
        /// Sandboxes alive at once: being made, waiting, leased and being destroyed.
        @WithDefault("24")
        @WithConverter(Accepts.Count.class)
        int capacity();

        /// Sum of the memory limits of the sandboxes alive at once, in MiB.
        @WithDefault("8192")
        @WithConverter(Accepts.Mebibytes.class)
        long memoryMib();

        /// Sandboxes of each runtime that wait at least.
        @WithDefault("2")
        @WithConverter(Accepts.CountOrNone.class)
        int minWarm();

        /// Sandboxes of each runtime that wait at most; demand decides in between.
        @WithDefault("6")
        @WithConverter(Accepts.CountOrNone.class)
        int maxWarm();

        /// Sandboxes being made at once.
        @WithDefault("4")
        @WithConverter(Accepts.Count.class)
        int parallelCreates();

        /// Longest life of a waiting sandbox; varied by up to 10 % so that they do not expire together.
        @WithDefault("10M")
        @WithConverter(Accepts.Time.class)
        Duration maxIdle();

        /// How often to look for a new image of a runtime, and for orphans.
        @WithDefault("5S")
        @WithConverter(Accepts.Time.class)
        Duration refreshInterval();
    }

    /// The bulk door. How to reach the brokers, TLS and SASL included, is set by Kafka's own properties behind `kafka.`, such as
    /// `kafka.bootstrap.servers`.
    interface Kafka {
        /// Whether submissions are read from Kafka.
        @WithDefault("false")
        @WithConverter(Accepts.YesOrNo.class)
        boolean enabled();

        /// Unique among the replicas, and the same after a restart.
        @WithDefault("worker")
        String worker();

        /// The topics are `PREFIX.submissions`, `PREFIX.outcomes`, `PREFIX.submissions.dead-letter` and `PREFIX.submissions.ledger`.
        @WithDefault("mayfly")
        @WithConverter(Accepts.TopicName.class)
        String topicPrefix();

        /// Partitions of the topics when they are made here; more of them allow for more replicas.
        @WithDefault("12")
        @WithConverter(Accepts.Count.class)
        int partitions();

        /// Replication of the topics when they are made here; -1 is the broker's default.
        @WithDefault("-1")
        @WithConverter(Accepts.Replication.class)
        short replication();

        /// Largest value of a submission or result, in MiB; a larger one becomes a dead letter.
        @WithDefault("8")
        @WithConverter(Accepts.ArrayMebibytes.class)
        int maxRecordMib();

        /// Ids with a result that are kept in memory for each partition, to find duplicates.
        @WithDefault("50000")
        @WithConverter(Accepts.CountOrNone.class)
        int rememberedIds();

        /// Runs of a submission that fails by Mayfly's fault, before it becomes a dead letter.
        @WithDefault("8")
        @WithConverter(Accepts.Count.class)
        int maxAttempts();
    }

    /// Where asynchronous executions are kept.
    interface Store {
        /// `sqlite:FILE` where one machine is enough, `jdbc:postgresql://HOST:PORT/NAME` where replicas share.
        @WithDefault("sqlite:/var/lib/mayfly/mayfly.db")
        @WithConverter(Accepts.StoreUrl.class)
        String url();

        /// PostgreSQL's user, where the URL does not contain it.
        Optional<String> user();

        Optional<String> password();

        /// Size of the store above which new work is refused, in MiB.
        @WithDefault("10240")
        @WithConverter(Accepts.Mebibytes.class)
        long maxMib();

        /// Room on the disk of a SQLite store below which new work is refused, in MiB: what is accepted must find room.
        @WithDefault("512")
        @WithConverter(Accepts.MebibytesOrNone.class)
        long minFreeMib();

        /// How long an execution is kept after its end.
        @WithDefault("24H")
        @WithConverter(Accepts.Time.class)
        Duration retention();
    }

    /// Asynchronous executions.
    interface Async {
        /// Unique among the replicas, and the same after a restart.
        @WithDefault("worker")
        String replica();

        /// Asynchronous executions at once on this replica.
        @WithDefault("8")
        @WithConverter(Accepts.CountOrNone.class)
        int slots();

        /// Asynchronous executions that may wait at once, over all replicas; the next one is refused with 503. The last tenth is for tenants of whose less than a tenth wait.
        @WithDefault("100000")
        @WithConverter(Accepts.CountOrNone.class)
        int maxQueued();

        /// Silence after which a replica counts as dead, and another one starts its executions again.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration replicaTimeout();

        /// How often an execution is begun when Mayfly fails while it runs, before its outcome is `failed`.
        @WithDefault("5")
        @WithConverter(Accepts.Count.class)
        int maxAttempts();
    }

    /// How callers learn of the end of their asynchronous executions.
    interface Webhook {
        /// Networks such as `10.1.0.0/16` to which webhooks may be sent although not everybody reaches them.
        Optional<List<@WithConverter(Accepts.NetworkText.class) String>> allowedNetworks();

        /// How long an attempt waits for its answer.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration timeout();

        /// Pause behind the first attempt; each further one is four times as long, up to four hours, varied by a fifth.
        @WithDefault("5S")
        @WithConverter(Accepts.Time.class)
        Duration firstRetry();

        /// How long a delivery is tried.
        @WithDefault("24H")
        @WithConverter(Accepts.Time.class)
        Duration giveUpAfter();

        /// How long a secret signs beside the one that has taken its place.
        @WithDefault("24H")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration secretOverlap();
    }

    /// Who may connect, and what browsers may do.
    interface Http {
        /// Origins, as `https://app.example.com`, whose pages may use the service.
        Optional<List<String>> allowedOrigins();

        /// Names without a port under which a service that asks for no key answers, beside `localhost`, `127.…` and `[::1]`.
        Optional<List<String>> allowedHosts();

        /// Open at once from one client address, of the 2,048 that there may be in all (`quarkus.http.limits.max-connections`); one more is closed unread. A proxy is one
        /// address.
        @WithDefault("1536")
        @WithConverter(Accepts.Count.class)
        int maxConnectionsPerAddress();
    }

    /// WebSockets at the interactive door.
    interface Socket {
        /// Open at once for one tenant; the next one is closed with 1013.
        @WithDefault("256")
        @WithConverter(Accepts.Count.class)
        int maxPerTenant();

        /// Open at once from one client address; the next one is closed with 1013.
        @WithDefault("256")
        @WithConverter(Accepts.Count.class)
        int maxPerAddress();

        /// How long nothing may be typed and nothing shown at a terminal before its program is ended.
        @WithDefault("5M")
        @WithConverter(Accepts.Time.class)
        Duration maxIdle();
    }

    /// Who may come in. OpenID Connect is Quarkus' own, behind `quarkus.oidc.`: `quarkus.oidc.tenant-enabled` and `.auth-server-url`.
    interface Access {
        /// What `mayfly keys` and `mayfly tenants` write. While there is none, and no OpenID provider, every process on this host may use the service, and nobody else.
        @WithDefault("/var/lib/mayfly/access.json")
        Path file();

        /// The claim of an OpenID provider's token that names the tenant; without it, the subject does.
        @WithDefault("tenant")
        String tenantClaim();
    }

    /// What a tenant may use for which `mayfly tenants set` sets nothing else. Where nothing is set, the pool and its queue are the bounds.
    interface Quota {
        /// Executions a second; as many as come in one second may come at once.
        Optional<@WithConverter(Accepts.Rate.class) Double> ratePerSecond();

        /// Executions queued or running at the same time.
        Optional<@WithConverter(Accepts.Count.class) Integer> concurrency();

        /// CPU time of all processes, from midnight to midnight UTC.
        Optional<@WithConverter(Accepts.Time.class) Duration> cpuPerDay();
    }

    /// Admission.
    interface Execution {
        /// Size cap of a request's body, in MiB; a larger one is refused with 413.
        @WithDefault("24")
        @WithConverter(Accepts.Mebibytes.class)
        long maxBodyMib();

        /// Callers that may wait for a sandbox at once; the next one is refused with 503.
        @WithDefault("256")
        @WithConverter(Accepts.CountOrNone.class)
        int maxWaiting();

        /// Executions of the bulk lane at once; the rest of the pool is for those who wait for their answer.
        @WithDefault("4")
        @WithConverter(Accepts.CountOrNone.class)
        int bulkSlots();

        /// How long a request waits for a sandbox before it is refused with 503.
        @WithDefault("10S")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration patience();

        /// How long a stream stays silent before a comment shows that it lives.
        @WithDefault("10S")
        @WithConverter(Accepts.Time.class)
        Duration heartbeat();

        /// How long a client may leave an event of its stream untaken before it counts as gone.
        @WithDefault("30S")
        @WithConverter(Accepts.Time.class)
        Duration stall();

        /// How long a stop waits for running executions before it cancels them.
        @WithDefault("20S")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration drain();
    }
}
