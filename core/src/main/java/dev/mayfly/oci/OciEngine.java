package dev.mayfly.oci;

import dev.mayfly.agent.AgentSandbox;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sandboxes made without a container engine.
public final class OciEngine implements SandboxEngine {
    private static final long FULL_DISK_BYTES = 65536;
    private static final System.Logger LOG = System.getLogger(OciEngine.class.getName());
    private static final String RUNTIME = "runtime";

    private final OciSettings settings;
    private final InstanceLock instance;
    private final ImageStore images;
    private final BundledImages bundled;
    private final Blueprints blueprints;
    private final StateFolder home;
    private final Snapshots snapshots;
    private final ReentrantLock starting = new ReentrantLock();
    private final Set<String> owned = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sandbox-deadlines").factory());
    private volatile @Nullable Keeper keeper;

    /// Starts nothing yet. The caller keeps the lock and closes it after the engine.
    public OciEngine(OciSettings settings, InstanceLock instance) {
        this(settings, instance, InstantSource.system());
    }

    /// @param clock says when it is time for the next snapshot
    OciEngine(OciSettings settings, InstanceLock instance, InstantSource clock) {
        this.settings = settings;
        this.instance = instance;
        images = new ImageStore(settings.images(), settings.keeper());
        bundled = new BundledImages(settings.bundledImages(), images, clock);
        blueprints = new Blueprints(images);
        home = new StateFolder(settings.state().toAbsolutePath().resolve(instance.id()));
        snapshots = new Snapshots(settings.keeper(), home.snapshots(), settings.callTimeout(), clock);
    }

    /// Why this host lets nobody make sandboxes without a container engine; empty where it does: tried by making one.
    public static Optional<String> reasonAgainst(OciSettings settings) throws InterruptedException {
        return Keeper.trial(settings.keeper(), settings.images(), settings.callTimeout());
    }

    @Override
    public String engine() {
        return "oci";
    }

    @Override
    public Sandbox create(SandboxSpec spec) throws SandboxException, InterruptedException {
        if (!settings.snapshots() || spec.rehearsal().isEmpty() || runtime(spec).isGvisor()) {
            return create(spec, Optional.empty());
        }
        boolean due = snapshots.isDue(spec);
        Optional<Path> snapshot = due ? Optional.empty() : snapshots.layer(spec);
        if (snapshot.isPresent()) {
            return restored(spec, snapshot.get());
        }
        Sandbox sandbox = create(spec, Optional.empty());
        if (!snapshots.take(sandbox, due, layer -> create(spec, Optional.of(layer)))) {
            return sandbox;
        }
        Optional<Path> taken = snapshots.layer(spec);
        return taken.isPresent() ? restored(spec, taken.get()) : create(spec, Optional.empty());
    }

    /// Where no sandbox can be made with a snapshot although one can be made without, it is not used again.
    private Sandbox restored(SandboxSpec spec, Path snapshot) throws SandboxException, InterruptedException {
        try {
            return create(spec, Optional.of(snapshot));
        } catch (SandboxException e) {
            Sandbox sandbox = create(spec, Optional.empty());
            LOG.log(Level.WARNING, "runtime={0}: its snapshot is not used any more: {1}", spec.runtime(), e.getMessage());
            snapshots.forget(spec, snapshot);
            return sandbox;
        }
    }

    private Sandbox create(SandboxSpec spec, Optional<Path> snapshot) throws SandboxException, InterruptedException {
        Keeper now = keeper();
        SandboxMaker runtime = runtime(spec);
        String id = UUID.randomUUID().toString().replace("-", "");
        owned.add(id);
        long firstUser = firstUser(runtime, now, id);
        var container = new OciContainer(id, home.sandboxes().resolve(id), home.records(), runtime, now, firstUser, () -> owned.remove(id));
        AgentSandbox sandbox = null;
        try {
            Blueprints.Blueprint blueprint = blueprint(spec, firstUser != HostUsers.SHARED);
            Files.createDirectory(container.folder());
            Files.writeString(container.folder().resolve(RUNTIME), runtime.name());
            var root = new RootFiles(firstUser, home.root(), images.layers(), Stream.concat(images.overlay(blueprint.image()).stream(), snapshot.map(Path::toString).stream()).toList());
            var connection = new AgentConnection(runtime.start(container, root, blueprint.text()));
            sandbox = new AgentSandbox(spec, container, connection, timer);
            sandbox.awaitReady(settings.readyTimeout());
            runtime.settle(container, spec.limits());
            return sandbox;
        } catch (SandboxException e) {
            String words = container.words();
            destroy(sandbox, container);
            throw failed(words.isEmpty() ? String.valueOf(e.getMessage()) : "%s: %s".formatted(e.getMessage(), words), e);
        } catch (RuntimeException e) {
            destroy(sandbox, container);
            throw e;
        } catch (IOException e) {
            destroy(sandbox, container);
            throw failed("create: " + e.getMessage(), e);
        }
    }

    /// gVisor's kernel has users of its own.
    private long firstUser(SandboxMaker runtime, Keeper now, String id) throws SandboxException, InterruptedException {
        try {
            return runtime.isGvisor() ? HostUsers.SHARED : now.users().lend(id);
        } catch (IOException e) {
            owned.remove(id);
            throw failed("users: " + e.getMessage(), e);
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            owned.remove(id);
            throw e;
        }
    }

    /// Of a full disk a runtime says many things.
    private SandboxException failed(String words, Exception cause) {
        try {
            boolean full = Files.getFileStore(home.path()).getUsableSpace() < FULL_DISK_BYTES;
            return new SandboxException(full ? "No space left on device: %s (%s)".formatted(home.path(), words) : words, cause);
        } catch (IOException e) {
            return new SandboxException(words, cause);
        }
    }

    private SandboxMaker runtime(SandboxSpec spec) throws SandboxException {
        return SandboxMaker.find(spec.ociRuntime().isEmpty() ? settings.runtime() : spec.ociRuntime());
    }

    private static void destroy(@Nullable AgentSandbox sandbox, OciContainer container) {
        if (sandbox != null) {
            sandbox.close();
        } else {
            container.destroy();
        }
    }

    Blueprints.Blueprint blueprint(SandboxSpec spec, boolean ownUsers) throws SandboxException {
        return blueprints.of(spec, runtime(spec), home, ownUsers);
    }

    int blueprints() {
        return blueprints.size();
    }

    /// The keeper of now; a new one when there is none yet or it was killed.
    private Keeper keeper() throws SandboxException, InterruptedException {
        Keeper now = keeper;
        if (now != null && now.isAlive()) {
            return now;
        }
        starting.lockInterruptibly();
        try {
            now = keeper;
            if (now == null || !now.isAlive()) {
                home.make();
                now = Keeper.start(settings.keeper(), settings.images(), home, BuiltInMaker.filterRules(), settings.users(), settings.callTimeout(), timer);
                keeper = now;
            }
            return now;
        } catch (IOException e) {
            throw new SandboxException("%s cannot be written: %s".formatted(home.path(), e.getMessage()), e);
        } finally {
            starting.unlock();
        }
    }

    @Override
    public boolean pull(String image) throws SandboxException, InterruptedException {
        return images.pull(image, settings.registries());
    }

    @Override
    public Optional<String> imageId(String image) throws SandboxException, InterruptedException {
        bundled.load();
        return images.find(image);
    }

    @Override
    public void ping() throws SandboxException, InterruptedException {
        SandboxMaker.find(settings.runtime());
        try {
            keeper().ping(PING_PATIENCE);
        } catch (IOException e) {
            throw new SandboxException("the keeper does not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean resizes(SandboxSpec spec) throws SandboxException {
        return !runtime(spec).isGvisor();
    }

    @Override
    public boolean isPresent(String sandboxId) throws SandboxException {
        try {
            return Files.exists(home.sandboxes().resolve(sandboxId)) || Files.exists(home.records().resolve(sandboxId)) || ControlGroups.exist(sandboxId);
        } catch (IOException e) {
            throw new SandboxException("%s: %s".formatted(sandboxId, e.getMessage()), e);
        }
    }

    @Override
    public int reap() throws SandboxException, InterruptedException {
        Keeper now = keeper();
        int reaped = 0;
        try {
            for (Path other : Folders.below(settings.state().toAbsolutePath())) {
                if (!instance.isAlive(other.getFileName().toString())) {
                    var its = new StateFolder(other);
                    for (Path sandbox : Folders.below(its.sandboxes())) {
                        reaped += reap(now, sandbox, its) ? 1 : 0;
                    }
                    if (Folders.below(its.sandboxes()).isEmpty()) {
                        Folders.delete(other);
                    }
                }
            }
            for (Path sandbox : Folders.below(home.sandboxes())) {
                if (!owned.contains(sandbox.getFileName().toString())) {
                    reaped += reap(now, sandbox, home) ? 1 : 0;
                }
            }
            return reaped;
        } catch (IOException e) {
            throw new SandboxException("reap: " + e.getMessage(), e);
        }
    }

    /// Whether it is gone now. A sandbox that stays is tried again, and keeps nobody from the others.
    private boolean reap(Keeper now, Path folder, StateFolder owner) throws InterruptedException {
        String id = folder.getFileName().toString();
        try {
            Path its = folder.resolve(RUNTIME);
            SandboxMaker runtime = SandboxMaker.find(Files.exists(its) ? Files.readString(its) : settings.runtime());
            return new OciContainer(id, folder, owner.records(), runtime, now, HostUsers.SHARED, () -> {}).kill();
        } catch (IOException | SandboxException e) {
            LOG.log(Level.WARNING, "container={0} not reaped yet: {1}", id, e.getMessage());
            return false;
        }
    }

    /// The sandboxes are closed already. One that did not end is left to the reaper of another instance.
    @Override
    public void close() {
        Keeper last = keeper;
        if (last != null) {
            last.close();
        }
        timer.shutdownNow();
        try {
            if (Folders.below(home.sandboxes()).isEmpty()) {
                Folders.delete(home.path());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "left to the reaper of another instance", e);
        }
    }
}
