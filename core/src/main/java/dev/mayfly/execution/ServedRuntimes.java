package dev.mayfly.execution;

import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.image.ImageReference;
import dev.mayfly.pool.PoolStats.ShelfStats;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Which image serves each runtime now. `refresh` looks for new images: a new one must first pass its runtime's hello,
/// then the pool is filled from it while the old sandboxes still serve, and only then are those destroyed.
/// Thread-safe.
public final class ServedRuntimes {
    private static final System.Logger LOG = System.getLogger(ServedRuntimes.class.getName());

    private static final Duration RETRY_LATER = Duration.ofSeconds(5);

    private final Supplier<RuntimeCatalog> source;
    private final SandboxEngine factory;
    private final WarmPool pool;
    private final WarmBounds target;
    private final Map<String, SandboxSpec> served = new ConcurrentHashMap<>();
    private final Map<String, SandboxSpec> warming = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet(); // ids of those whose image was not there at the last look
    private final ImagePulls pulls;
    private volatile RuntimeCatalog catalog;
    private volatile boolean settled;

    public ServedRuntimes(RuntimeCatalog catalog, SandboxEngine factory, WarmPool pool, WarmBounds target) {
        this(() -> catalog, factory, pool, target);
    }

    /// @param source asked again at each refresh
    public ServedRuntimes(Supplier<RuntimeCatalog> source, SandboxEngine factory, WarmPool pool, WarmBounds target) {
        this.source = source;
        catalog = source.get();
        this.factory = factory;
        this.pool = pool;
        this.target = target;
        pulls = new ImagePulls(factory, System::nanoTime);
    }

    public RuntimeCatalog catalog() {
        return catalog;
    }

    /// What a sandbox of this runtime is made from; empty while no image of it works.
    public Optional<SandboxSpec> spec(LanguageRuntime runtime) {
        return Optional.ofNullable(served.get(runtime.id()));
    }

    /// @param sandboxes how many are alive that were made from it
    /// @param serving whether new ones are
    public record ImageInUse(String image, int sandboxes, boolean serving) {}

    /// The images of this runtime that sandboxes are alive of, and the one that serves.
    public List<ImageInUse> imagesInUse(LanguageRuntime runtime) {
        var counts = new TreeMap<String, Integer>();
        pool.stats().aliveByImage().forEach((use, count) -> {
            if (use.runtime().equals(runtime.id())) {
                counts.put(use.image(), count);
            }
        });
        String serving = spec(runtime).map(SandboxSpec::image).orElse("");
        spec(runtime).ifPresent(spec -> counts.putIfAbsent(spec.image(), 0));
        return counts.entrySet().stream().map(use -> new ImageInUse(use.getKey(), use.getValue(), use.getKey().equals(serving))).toList();
    }

    /// What has to work, and the others that have an image.
    public List<LanguageRuntime> offered() {
        RuntimeCatalog now = catalog;
        return now.all().stream().filter(runtime -> now.isRequired(runtime) || spec(runtime).isPresent()).toList();
    }

    /// Those of them that this tenant may use.
    public List<LanguageRuntime> offered(String tenant) {
        return offered().stream().filter(runtime -> runtime.isOpenTo(tenant)).toList();
    }

    /// Throws `RejectedException` while no image of it works, and says whether it is the runtime's fault or the
    /// engine's.
    private SandboxSpec requireSpec(LanguageRuntime runtime) throws RejectedException, InterruptedException {
        SandboxSpec spec = served.get(runtime.id());
        if (spec != null) {
            return spec;
        }
        Kind kind = settled ? Kind.RUNTIME_UNAVAILABLE : Kind.ENGINE_UNAVAILABLE;
        try {
            factory.ping();
        } catch (SandboxException e) {
            kind = Kind.ENGINE_UNAVAILABLE;
        }
        String advice = missing.contains(runtime.id()) && !catalog.isRequired(runtime) ? "; mayfly runtimes add %s builds one (mayfly runtimes build, where it was built so)".formatted(runtime.id()) : "";
        throw RejectedException.forNow(kind, "no working image of %s yet%s".formatted(runtime.id(), advice), RETRY_LATER);
    }

    /// The sandbox for such limits: as many of them as can be are set when it is leased, the others when it is made.
    SandboxSpec requireSpec(LanguageRuntime runtime, Limits limits) throws RejectedException, InterruptedException {
        SandboxSpec spec = requireSpec(runtime);
        try {
            return spec.withLimits(factory.resizes(spec) ? runtime.sandboxChanges(limits) : runtime.allSandboxChanges(limits));
        } catch (SandboxException e) {
            throw RejectedException.forNow(Kind.ENGINE_UNAVAILABLE, String.valueOf(e.getMessage()), RETRY_LATER);
        }
    }

    /// Whether every runtime that is not optional has been looked at once.
    public boolean isSettled() {
        return settled;
    }

    /// One look at every runtime's image: at those that have to work together, then at each optional one. One caller at a
    /// time; a runtime that fails leaves the others alone.
    public void refresh() throws InterruptedException {
        RuntimeCatalog next = source.get();
        forgetAllBut(next);
        catalog = next;
        List<Thread> looks = catalog.all().stream()
                .filter(runtime -> !runtime.optional())
                .map(runtime -> Thread.ofVirtual().name("refresh-" + runtime.id()).start(() -> tryRefresh(runtime)))
                .toList();
        try {
            for (Thread look : looks) {
                look.join();
            }
            if (!settled && pool.keepsEverything()) {
                LOG.log(Level.WARNING, "all sandboxes of the pool are kept for interactive callers ({0} of each runtime), so bulk executions run one at a time; "
                        + "raise mayfly.pool.capacity and mayfly.pool.memory-mib, or lower mayfly.pool.min-warm", target.min());
            }
            settled = true;
        } finally {
            looks.forEach(Thread::interrupt);
        }
        for (LanguageRuntime runtime : catalog.all()) {
            if (runtime.optional() && !Thread.currentThread().isInterrupted()) {
                tryRefresh(runtime);
            }
        }
    }

    /// A runtime that was removed, or belongs to another tenant now, serves nobody from now on.
    private void forgetAllBut(RuntimeCatalog next) {
        for (LanguageRuntime runtime : catalog.all()) {
            if (next.find(runtime.id()).filter(same -> same.tenant().equals(runtime.tenant())).isEmpty()) {
                Stream.of(served, warming).flatMap(specs -> Stream.ofNullable(specs.remove(runtime.id()))).forEach(pool::forget);
            }
        }
    }

    /// Serves this runtime's present image as it is, without a trial and without keeping sandboxes: for a single run.
    public void trust(LanguageRuntime runtime) throws SandboxException, InterruptedException {
        factory.imageId(runtime.image()).ifPresent(image -> served.put(runtime.id(), runtime.spec(image)));
    }

    private void tryRefresh(LanguageRuntime runtime) {
        try {
            refresh(runtime);
        } catch (SandboxException e) {
            RareWarning.ENGINE.warn("runtime={0} not refreshed: {1}", runtime.id(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        }
    }

    private void refresh(LanguageRuntime runtime) throws SandboxException, InterruptedException {
        Optional<String> image = factory.imageId(runtime.image());
        if (image.isEmpty()) {
            missing.add(runtime.id());
            bring(runtime);
            return;
        }
        missing.remove(runtime.id());
        WarmBounds bounds = runtime.optional() ? target.whileUsed() : target;
        SandboxSpec next = runtime.spec(image.get());
        SandboxSpec current = served.get(runtime.id());
        if (next.equals(current)) {
            return;
        }
        if (!next.equals(warming.get(runtime.id()))) {
            new Greeting(factory).run(runtime, next);
            warming.put(runtime.id(), next);
            pool.keep(next, bounds);
        }
        ShelfStats shelf = pool.stats().shelves().get(next);
        boolean warm = shelf != null && shelf.ready() >= bounds.min();
        if (current == null || warm) {
            served.put(runtime.id(), next);
            warming.remove(runtime.id());
            LOG.log(Level.INFO, "runtime={0} image={1}", runtime.id(), next.image());
            if (current != null) {
                pool.forget(current);
            }
        }
    }

    private void bring(LanguageRuntime runtime) {
        if (ImageReference.parse(runtime.image()).isPresent()) {
            pulls.begin(runtime.image());
        } else {
            Level level = catalog.isRequired(runtime) ? Level.WARNING : Level.DEBUG;
            LOG.log(level, "runtime={0} has no image {1}; build it with runtimes/build {0}", runtime.id(), runtime.image());
        }
    }
}
