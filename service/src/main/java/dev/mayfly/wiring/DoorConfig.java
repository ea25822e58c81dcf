package dev.mayfly.wiring;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an operator can set of the doors and of who comes in: groups of `MayflyConfig`.
public final class DoorConfig {
    private DoorConfig() {}

    /// Sandboxes that a tenant holds for a while.
    public interface Sessions {
        /// Sessions at the same time, of all tenants; by default half of `mayfly.pool.capacity`. Each holds a sandbox
        /// of the pool.
        Optional<@WithConverter(Accepts.Count.class) Integer> max();

        /// Sessions of one tenant at the same time.
        @WithDefault("8")
        @WithConverter(Accepts.Count.class)
        int maxPerTenant();

        /// Default time until a session ends.
        @WithDefault("15M")
        @WithConverter(Accepts.Time.class)
        Duration ttl();

        /// Longest time from a session's start to its end, also when the end is moved.
        @WithDefault("4H")
        @WithConverter(Accepts.Time.class)
        Duration maxTtl();

        /// Default time without a request and with nothing running, after which a session ends.
        @WithDefault("5M")
        @WithConverter(Accepts.Time.class)
        Duration idle();

        /// Time that an interrupted cell has to end, before its interpreter is killed and the state of its cells is
        /// lost.
        @WithDefault("2S")
        @WithConverter(Accepts.Time.class)
        Duration grace();
    }

    /// What a stop does first.
    public interface Shutdown {
        /// How long after SIGTERM, SIGINT or SIGHUP requests are accepted, while readiness is down already: longer than
        /// it takes a proxy's checks to see that. A second signal ends it.
        @WithDefault("3S")
        @WithConverter(Accepts.TimeOrNone.class)
        Duration delay();
    }

    /// HTTP connections and browsers.
    public interface Http {
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

        /// Whether a browser is shown the playground at `/`, else only links. Programs that are sent from it are
        /// executions as any other: where keys are needed, the playground asks for one.
        @WithDefault("true")
        boolean playground();
    }

    /// WebSockets at `/v1/executions/interactive`.
    public interface Socket {
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

    /// The Model Context Protocol, at `/mcp`.
    public interface Mcp {
        /// Memory for the parts of results that `resources/read` returns: output that was too long, and files.
        /// In MiB, for all tenants together.
        @WithDefault("32")
        @WithConverter(Accepts.Mebibytes.class)
        long keptMib();

        /// The same for one tenant; what is oldest goes first.
        @WithDefault("8")
        @WithConverter(Accepts.Mebibytes.class)
        long keptMibPerTenant();

        /// How long these parts are kept.
        @WithDefault("10M")
        @WithConverter(Accepts.Time.class)
        Duration keptFor();
    }

    /// Clients of E2B, at `/e2b`.
    public interface E2b {
        /// Runtimes for the templates that clients name by default, `base` and `code-interpreter-v1`: the first one
        /// that is on offer.
        @WithDefault("python-data,python")
        List<String> runtimes();
    }

    /// Authentication. OpenID Connect is Quarkus' own, behind `quarkus.oidc.`: `quarkus.oidc.tenant-enabled` and
    /// `quarkus.oidc.auth-server-url`.
    public interface Access {
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
    public interface Quota {
        /// Executions a second; that many may also come at the same time.
        Optional<@WithConverter(Accepts.Rate.class) Double> ratePerSecond();

        /// Executions queued or running at the same time.
        Optional<@WithConverter(Accepts.Count.class) Integer> concurrency();

        /// CPU time of all processes, from midnight to midnight UTC.
        Optional<@WithConverter(Accepts.Time.class) Duration> cpuPerDay();
    }

    /// Builds of runtimes with further packages over HTTP (`POST /v1/builds`). On the engine `oci` they need `buildah`.
    public interface Builds {
        /// Whether a build may use this host's network, from which packages come.
        @WithDefault("false")
        @WithConverter(Accepts.YesOrNo.class)
        boolean network();

        /// Where pip looks for packages instead of `https://pypi.org/simple`.
        Optional<String> pipIndex();

        /// Where npm looks for packages instead of `https://registry.npmjs.org`.
        Optional<String> npmRegistry();

        /// Longest time of a build.
        @WithDefault("15M")
        @WithConverter(Accepts.Time.class)
        Duration time();

        /// Memory of a build's processes, in MiB.
        @WithDefault("2048")
        @WithConverter(Accepts.Mebibytes.class)
        long memoryMib();

        /// What a build may write to the disk, all in all, in MiB: what is fetched, what is unpacked, and the layers.
        /// With the engine `docker`, which writes itself, only what is fetched beforehand is counted.
        @WithDefault("4096")
        @WithConverter(Accepts.Mebibytes.class)
        long diskMib();

        /// Whether keys of the scope `admin` may have Dockerfiles built. They run as root on this host.
        @WithDefault("false")
        @WithConverter(Accepts.YesOrNo.class)
        boolean dockerfiles();
    }

    /// Bulk submissions over Kafka. Kafka's own properties go behind `kafka.`, TLS and SASL included:
    /// `kafka.bootstrap.servers` (default `localhost:9092`).
    public interface Kafka {
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
}
