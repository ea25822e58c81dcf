package dev.mayfly.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Ulimit;
import dev.mayfly.agent.AgentSandbox;
import dev.mayfly.image.ImageReference;
import dev.mayfly.image.RegistryLogin;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sandboxes on a Docker Engine. Paths carry no API version, so that each engine speaks its own newest.
public final class DockerEngine implements SandboxEngine {
    private static final String AGENT = "/mayfly/agent";
    private static final Pattern REMAPPED_FOLDER = Pattern.compile("/(\\d{1,10})\\.\\d{1,10}$");

    private final DockerSettings settings;
    private final InstanceLock instance;
    private final EngineCalls engine;
    private final Set<String> owned = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sandbox-deadlines").factory());

    private volatile @Nullable OptionalLong hostUser;

    /// Does not call the engine. The caller keeps the lock and closes it after the engine.
    public DockerEngine(DockerSettings settings, InstanceLock instance) {
        this.settings = settings;
        this.instance = instance;
        String scheme = settings.host().getScheme();
        if (System.getenv("DOCKER_TLS_VERIFY") != null || !List.of("unix", "tcp").contains(scheme)) {
            throw new IllegalArgumentException(
                    "the engine's address must be unix:// or plain tcp:// (on a trusted network); got " + settings.host());
        }
        engine = new EngineCalls(settings.host(), settings.callTimeout());
    }

    @Override
    public String engine() {
        return "docker";
    }

    @Override
    public Sandbox create(SandboxSpec spec) throws SandboxException, InterruptedException {
        OptionalLong user = hostUser(spec);
        String id = engine.call("create", client -> createCommand(client, spec).exec().getId());
        owned.add(id);
        var container = new DockerContainer(engine, id, user, () -> owned.remove(id));
        AgentSandbox sandbox = null;
        try {
            var stream = AttachedStream.open(settings.host(), id, timer, settings.callTimeout());
            sandbox = new AgentSandbox(spec, container, stream, timer);
            engine.call("start", client -> client.startContainerCmd(id).exec());
            sandbox.awaitReady(settings.readyTimeout());
            return sandbox;
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            destroy(sandbox, container);
            throw e;
        } catch (IOException e) {
            destroy(sandbox, container);
            throw new SandboxException("attach: " + e.getMessage(), e);
        }
    }

    /// An engine that gives its containers other users (`userns-remap`) has all of them from one range, whose first
    /// user its folder is named by: https://docs.docker.com/engine/security/userns-remap/
    private OptionalLong hostUser(SandboxSpec spec) throws SandboxException, InterruptedException {
        if (Hardening.isGvisor(spec.ociRuntime())) {
            return OptionalLong.empty();
        }
        OptionalLong known = hostUser;
        if (known == null) {
            Info info = engine.call("info", client -> client.infoCmd().exec());
            known = hostUser(Objects.requireNonNullElse(info.getSecurityOptions(), List.of()), Objects.requireNonNullElse(info.getDockerRootDir(), ""));
            hostUser = known;
        }
        return known;
    }

    static OptionalLong hostUser(List<String> securityOptions, String folder) {
        if (securityOptions.contains("name=rootless")) {
            return OptionalLong.empty();
        }
        if (!securityOptions.contains("name=userns")) {
            return OptionalLong.of(Hardening.PROGRAM_USER);
        }
        Matcher first = REMAPPED_FOLDER.matcher(folder);
        return first.find() ? OptionalLong.of(Long.parseLong(first.group(1)) + Hardening.PROGRAM_USER) : OptionalLong.empty();
    }

    private static void destroy(@Nullable AgentSandbox sandbox, DockerContainer container) {
        if (sandbox != null) {
            sandbox.close();
        } else {
            container.destroy();
        }
    }

    private CreateContainerCmd createCommand(DockerClient client, SandboxSpec spec) {
        List<String> command = new ArrayList<>(List.of(AGENT));
        command.addAll(spec.warmCommand());
        return client.createContainerCmd(spec.image())
                .withLabels(ContainerLabels.of(settings.service(), instance, spec, Instant.now()))
                .withEntrypoint(command)
                .withCmd(List.of())
                .withUser("0:0")
                .withHostName(Hardening.HOSTNAME)
                // An empty network namespace of the runtime's own making; the engine's "none" costs a process of the
                // engine's per sandbox.
                .withNetworkDisabled(true)
                .withStdinOpen(true)
                .withStdInOnce(true) // when our connection ends, so does the agent's stdin, and with it the sandbox
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withHostConfig(hostConfig(spec));
    }

    /// Every limit and every restriction of a sandbox is set here.
    private static HostConfig hostConfig(SandboxSpec spec) {
        Limits limits = spec.limits();
        HostConfig config = HostConfig.newHostConfig()
                .withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryBytes())
                .withPidsLimit(Hardening.pidsLimit(limits, spec.ociRuntime()))
                .withNanoCPUs(limits.cpuMillis() * 1_000_000L)
                .withUlimits(new Ulimit[] {new Ulimit("nofile", LimitAxis.OPEN_FILES.max(), LimitAxis.OPEN_FILES.max())})
                .withTmpFs(Hardening.writableFolders(limits))
                .withShmSize(Hardening.SHARED_MEMORY_BYTES)
                .withOomScoreAdj(Hardening.OOM_SCORE_ADJUSTMENT)
                .withNetworkMode("none")
                .withIpcMode("private")
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withCapAdd(Hardening.AGENT_CAPABILITIES.stream().map(Capability::valueOf).toArray(Capability[]::new))
                .withSecurityOpts(List.of("no-new-privileges", "seccomp=" + Hardening.seccompProfile()))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withAutoRemove(true);
        return spec.ociRuntime().isEmpty() ? config : config.withRuntime(spec.ociRuntime());
    }

    @Override
    public Optional<String> imageId(String image) throws SandboxException, InterruptedException {
        return engine.call("inspect image", client -> {
            try {
                return Optional.ofNullable(client.inspectImageCmd(image).exec().getId());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /// The engine trusts the authorities that it was set up with.
    @Override
    public boolean pull(String image) throws SandboxException, InterruptedException {
        Optional<ImageReference> reference = ImageReference.parse(image);
        if (reference.isEmpty()) {
            return false;
        }
        try {
            engine.pull(image, RegistryLogin.of(settings.logins(), reference.get().registry()));
            return true;
        } catch (IOException e) {
            throw new SandboxException("pull %s: %s".formatted(image, e.getMessage()), e);
        }
    }

    @Override
    public void ping() throws SandboxException, InterruptedException {
        engine.ping();
    }

    @Override
    public boolean resizes(SandboxSpec spec) {
        return !Hardening.isGvisor(spec.ociRuntime());
    }

    @Override
    public boolean isPresent(String sandboxId) throws SandboxException, InterruptedException {
        return engine.call("inspect", client -> {
            try {
                client.inspectContainerCmd(sandboxId).exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    @Override
    public int reap() throws SandboxException, InterruptedException {
        List<Container> ours = engine.call("list", client -> client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerLabels.SERVICE, settings.service()))
                .exec());
        int reaped = 0;
        for (Container container : ours) {
            boolean orphan = ContainerLabels.isOrphan(container.getLabels(), instance, Instant.now()) || isLost(container);
            // an engine that was killed while it removed a container may list that container until its next start
            if (orphan && isPresent(container.getId())) {
                new DockerContainer(engine, container.getId(), OptionalLong.empty(), () -> {}).destroy();
                reaped++;
            }
        }
        return reaped;
    }

    /// Made for us, but we never heard of it: the engine answered `create` after we had stopped waiting.
    private boolean isLost(Container container) {
        Instant heardBy = Instant.ofEpochSecond(container.getCreated()).plus(settings.callTimeout().multipliedBy(2));
        return ContainerLabels.isOf(container.getLabels(), instance) && !owned.contains(container.getId()) && Instant.now().isAfter(heardBy);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        engine.close();
    }
}
