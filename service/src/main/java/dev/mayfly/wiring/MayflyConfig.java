package dev.mayfly.wiring;

import io.quarkus.runtime.annotations.ConfigDocSection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
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

    /// Images of runtimes that are not those of their `runtime.yaml`, each as `RUNTIME:VERSION=IMAGE`, such as
    /// `python:3.13=registry.example.org/mayfly/python@sha256:…`. One that names a registry and is missing is pulled.
    Optional<Set<String>> runtimeImages();

    /// Folder of the runtimes that were built from others: with `mayfly runtimes build`, or over HTTP.
    @WithDefault("/var/lib/mayfly/runtimes")
    Path builtRuntimes();

    /// Folder where live instances hold their locks; shared by all instances that use one engine on one host.
    @WithDefault("/run/mayfly")
    Path lockFolder();

    /// Name of this deployment in the labels of its sandboxes.
    @WithDefault("mayfly")
    String service();

    /// Name of the image that the service runs in, best with its digest; shown in `/v1/info`, `/v1/replicas` and the
    /// metrics. Set it when you deploy the image.
    Optional<String> image();

    /// Who makes the sandboxes: `docker` (a Docker Engine) or `oci` (Mayfly itself, or an OCI runtime that it calls;
    /// needs Linux and root). By default `oci` where this host allows it, which the service tries at its start by
    /// making a sandbox, else `docker`.
    Optional<@WithConverter(Accepts.OneEngine.class) Engine> engine();

    @ConfigDocSection
    Docker docker();

    @ConfigDocSection
    Oci oci();

    @ConfigDocSection
    Registry registry();

    @ConfigDocSection
    DoorConfig.Builds builds();

    @ConfigDocSection
    Pool pool();

    @ConfigDocSection
    Execution execution();

    @ConfigDocSection
    DoorConfig.Sessions sessions();

    @ConfigDocSection
    DoorConfig.Shutdown shutdown();

    @ConfigDocSection
    DoorConfig.Http http();

    @ConfigDocSection
    DoorConfig.Socket socket();

    @ConfigDocSection
    DoorConfig.Mcp mcp();

    @ConfigDocSection
    DoorConfig.E2b e2b();

    @ConfigDocSection
    DoorConfig.Access access();

    @ConfigDocSection
    DoorConfig.Quota quota();

    @ConfigDocSection
    DoorConfig.Kafka kafka();

    @ConfigDocSection
    StoreConfig.Store store();

    @ConfigDocSection
    StoreConfig.Async async();

    @ConfigDocSection
    StoreConfig.Functions functions();

    @ConfigDocSection
    StoreConfig.Secrets secrets();

    @ConfigDocSection
    StoreConfig.Webhook webhook();

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

        /// Folder with images that come with the service, as `docker save` or the OCI image layout has them in an
        /// archive. At a start they are unpacked to the folder above, and get their names there unless an image from
        /// elsewhere has the name. The service's image with runtimes sets it.
        Optional<Path> bundledImages();

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
        /// (https://systemd.io/UIDS-GIDS/). Services on one host divide it among themselves; in containers on
        /// cgroup v2, only services that share the folder of images do so: give every other service its own range.
        @WithDefault("1879048192-2147483647")
        String hostUsers();

        /// Whether interpreters are restored from a snapshot, where a runtime offers it; `false`: each is started.
        @WithDefault("true")
        @WithConverter(Accepts.YesOrNo.class)
        boolean snapshots();
    }

    /// Registries that images of runtimes are pulled from.
    interface Registry {
        /// File with names and passwords by registry, in the form of Docker's `config.json`; by default that of
        /// Docker's own client, `~/.docker/config.json`.
        Optional<Path> logins();

        /// PEM file with certificates of authorities to trust beside the usual ones. With the engine `docker`, which
        /// pulls itself, that engine's folder `/etc/docker/certs.d` names them.
        Optional<Path> authorities();
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

        /// Fewest warm sandboxes of each runtime; of an optional one, while it is used.
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
