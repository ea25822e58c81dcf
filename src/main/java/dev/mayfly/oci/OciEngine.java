package dev.mayfly.oci;

import dev.mayfly.agent.AgentSandbox;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxFactory;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Boxes made by an OCI runtime, called directly.
public final class OciEngine implements SandboxFactory {
    private final OciSettings settings;
    private final InstanceLock instance;
    private final ImageStore images;
    private final Path home;
    private final ReentrantLock starting = new ReentrantLock();
    private final Set<String> owned = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sandbox-deadlines").factory());
    private volatile @Nullable Session session;

    /// One life of the keeper, and what is mounted and prepared in it.
    private record Session(Keeper keeper, Map<SandboxSpec, Bundle> bundles) {}

    /// Starts nothing yet. The caller keeps the lock and closes it after the engine.
    public OciEngine(OciSettings settings, InstanceLock instance) {
        this.settings = settings;
        this.instance = instance;
        images = new ImageStore(settings.images(), settings.keeper());
        home = settings.state().toAbsolutePath().resolve(instance.id());
    }

    @Override
    public String engine() {
        return "oci";
    }

    @Override
    public Sandbox create(SandboxSpec spec) throws SandboxException, InterruptedException {
        Session now = session();
        OciRuntime runtime = OciRuntime.find(spec.engineRuntime().isEmpty() ? settings.runtime() : spec.engineRuntime());
        String id = UUID.randomUUID().toString().replace("-", "");
        owned.add(id);
        var box = new OciBox(id, boxes().resolve(id), state(), runtime, now.keeper(), () -> owned.remove(id));
        AgentSandbox sandbox = null;
        try {
            Bundle bundle = bundle(now, spec);
            Files.createDirectory(box.folder());
            Files.writeString(box.folder().resolve("config.json"), bundle.of(id));
            var connection = new BoxConnection(now.keeper().run(box.log(), runtime.run(state(), box.folder(), id)));
            sandbox = new AgentSandbox(spec, box, connection, timer);
            sandbox.awaitReady(settings.readyTimeout());
            return sandbox;
        } catch (SandboxException e) {
            String words = box.words();
            destroy(sandbox, box);
            throw words.isEmpty() ? e : new SandboxException("%s: %s".formatted(e.getMessage(), words), e);
        } catch (InterruptedException | RuntimeException e) {
            destroy(sandbox, box);
            throw e;
        } catch (IOException e) {
            destroy(sandbox, box);
            throw new SandboxException("create: " + e.getMessage(), e);
        }
    }

    private static void destroy(@Nullable AgentSandbox sandbox, OciBox box) {
        if (sandbox != null) {
            sandbox.close();
        } else {
            box.destroy();
        }
    }

    private Bundle bundle(Session now, SandboxSpec spec) throws SandboxException, IOException, InterruptedException {
        Bundle known = now.bundles().get(spec);
        if (known != null) {
            return known;
        }
        Image image = images.require(spec.image());
        Path root = home.resolve("roots").resolve(image.id().substring(image.id().indexOf(':') + 1));
        starting.lockInterruptibly();
        try {
            boolean mounted = now.bundles().keySet().stream().anyMatch(other -> other.image().equals(spec.image()));
            if (!mounted) {
                now.keeper().mount(root, images.overlay(image), images.layers());
            }
            return now.bundles().computeIfAbsent(spec, key -> new Bundle(spec, image, root));
        } finally {
            starting.unlock();
        }
    }

    /// The keeper of now; a new one when there is none yet or it was killed.
    private Session session() throws SandboxException, InterruptedException {
        Session now = session;
        if (now != null && now.keeper().isAlive()) {
            return now;
        }
        starting.lockInterruptibly();
        try {
            now = session;
            if (now == null || !now.keeper().isAlive()) {
                Files.createDirectories(boxes());
                Files.createDirectories(home.resolve("roots"));
                now = new Session(Keeper.start(settings.keeper(), home, settings.callTimeout(), timer), new ConcurrentHashMap<>());
                session = now;
            }
            return now;
        } catch (IOException e) {
            throw new SandboxException("%s cannot be written: %s".formatted(home, e.getMessage()), e);
        } finally {
            starting.unlock();
        }
    }

    private Path boxes() {
        return home.resolve("boxes");
    }

    private Path state() {
        return home.resolve("state");
    }

    @Override
    public Optional<String> imageId(String image) throws SandboxException {
        return images.find(image);
    }

    @Override
    public void ping() throws SandboxException, InterruptedException {
        OciRuntime.find(settings.runtime());
        session();
    }

    @Override
    public int reap() throws SandboxException, InterruptedException {
        Session now = session();
        int reaped = 0;
        try {
            for (Path other : Folders.below(settings.state().toAbsolutePath())) {
                if (!instance.isAlive(other.getFileName().toString())) {
                    for (Path box : Folders.below(other.resolve("boxes"))) {
                        reap(now, box, other.resolve("state"));
                        reaped++;
                    }
                    Folders.delete(other);
                }
            }
            for (Path box : Folders.below(boxes())) {
                if (!owned.contains(box.getFileName().toString())) {
                    reap(now, box, state());
                    reaped++;
                }
            }
            return reaped;
        } catch (IOException e) {
            throw new SandboxException("reap: " + e.getMessage(), e);
        }
    }

    private void reap(Session now, Path box, Path itsState) throws SandboxException, InterruptedException, IOException {
        String id = box.getFileName().toString();
        OciRuntime runtime = OciRuntime.find(settings.runtime());
        now.keeper().runToEnd(box.resolve("delete.log"), runtime.delete(itsState, id)); // it fails when the box is gone already
        Folders.delete(box);
    }

    /// The boxes are closed already.
    @Override
    public void close() {
        Session last = session;
        if (last != null) {
            last.keeper().close();
        }
        timer.shutdownNow();
        try {
            Folders.delete(home);
        } catch (IOException e) {
            System.getLogger(OciEngine.class.getName()).log(System.Logger.Level.DEBUG, "left to the reaper of another instance", e);
        }
    }
}
