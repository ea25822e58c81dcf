package dev.mayfly.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mayfly.build.BuildException.Cause;
import dev.mayfly.execution.Greeting;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Builds a runtime with further packages: the image, named by the digest of all that it is made from; then its hello in a
/// sandbox; only then it serves. What fails on the way changes nothing. Safe to use from several processes: one build at
/// a time.
public final class RuntimeBuilder implements RuntimeMaker {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path runtimes;
    private final BuiltRuntimes built;
    private final RuntimeSource source;
    private final SandboxEngine engine;
    private final ImageBuild images;
    private final ReentrantLock building = new ReentrantLock();
    private final BuildSettings settings;

    /// @param runtimes the folder with one folder per language
    public RuntimeBuilder(Path runtimes, BuiltRuntimes built, RuntimeSource source, SandboxEngine engine, BuildSettings settings) {
        this.runtimes = runtimes;
        this.built = built;
        this.source = source;
        this.engine = engine;
        this.settings = settings;
        images = new ImageBuild(settings);
    }

    @Override
    public void check(BuildRequest request) throws BuildException {
        base(request);
        if (!Files.isExecutable(settings.program())) {
            throw new BuildException(Cause.HOST, "images are built from Mayfly's sources, and this installation has no " + settings.program());
        }
        if (!settings.network() && request.isData()) {
            throw new BuildException(Cause.HOST, "packages come over the network, and builds have none here; mayfly.builds.network=true gives them this host's");
        }
    }

    /// The runtime that it is made from. Throws where the name is somebody else's, or the kinds of package are not its.
    private LanguageRuntime base(BuildRequest request) throws BuildException {
        RuntimeCatalog catalog = source.get();
        Optional<LanguageRuntime> same = catalog.find(request.name());
        boolean ours = same.isEmpty() || (!built.history(request.name()).isEmpty() && same.get().tenant().equals(request.tenant()));
        if (!ours) {
            throw new BuildException(Cause.REQUEST, "name: %s is taken by another runtime".formatted(request.name()));
        }
        LanguageRuntime from = catalog.find(request.from())
                .filter(runtime -> built.history(runtime.name()).isEmpty())
                .orElseThrow(() -> new BuildException(Cause.REQUEST, "from must name a runtime that was not itself built so; got " + request.from()));
        if (request.manager().isPresent() && template(from, request.manager().get()).isEmpty()) {
            throw new BuildException(Cause.REQUEST, "%s: %s has no packages of %1$s".formatted(request.manager().get(), from.id()));
        }
        if (!request.preload().isEmpty() && !from.snapshot()) {
            throw new BuildException(Cause.REQUEST, "preload: %s imports no modules before the program comes".formatted(from.id()));
        }
        return from;
    }

    /// The nearest of the language's folders that knows this package manager.
    private Optional<Path> template(LanguageRuntime from, String manager) {
        return RuntimeFolder.lineage(runtimes, from.name()).stream().map(folder -> folder.resolve("packages").resolve(manager)).filter(Files::isDirectory).findFirst();
    }

    @Override
    public Built build(BuildRequest request, Consumer<String> log) throws BuildException, InterruptedException {
        check(request);
        building.lockInterruptibly();
        try {
            Files.createDirectories(built.folder());
            try (FileChannel file = FileChannel.open(built.folder().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock alone = alone(file, log)) {
                assert alone.isValid();
                return buildAlone(request, log);
            }
        } catch (FileLockInterruptionException | ClosedByInterruptException e) {
            throw new InterruptedException("the build is cancelled");
        } catch (IOException e) {
            throw new BuildException(Cause.HOST, "%s cannot be used: %s".formatted(built.folder(), e.getMessage()), e);
        } finally {
            building.unlock();
        }
    }

    private static FileLock alone(FileChannel file, Consumer<String> log) throws IOException {
        FileLock now = file.tryLock();
        if (now != null) {
            return now;
        }
        log.accept("another build runs on this host; waiting for its end");
        return file.lock();
    }

    private Built buildAlone(BuildRequest request, Consumer<String> log) throws BuildException, InterruptedException, IOException {
        LanguageRuntime from = base(request);
        Map<String, byte[]> context = context(request, from);
        String digest = digest(request, from, context);
        String image = "mayfly/%s:%s".formatted(request.name(), digest);
        boolean isNew = imageId(image).isEmpty();
        if (isNew) {
            log.accept("building %s from %s".formatted(image, from.image()));
            images.build(context, image, from, request, log);
        } else {
            log.accept("%s is there: it was built from the same".formatted(image));
        }
        String id = imageId(image).orElseThrow(() -> new BuildException(Cause.HOST, "the image %s was built, and the engine does not have it".formatted(image)));
        String build = add(request, from, context, image);
        LanguageRuntime runtime = RuntimeFolder.readBuilt(built.build(request.name(), build), runtimes);
        log.accept("running its hello in a sandbox");
        try {
            new Greeting(engine).run(runtime, runtime.spec(id));
        } catch (SandboxException e) {
            built.discard(request.name(), build);
            throw new BuildException(Cause.BUILD, "the image was built, and does not work: " + e.getMessage(), e);
        }
        built.serve(request.name(), build);
        log.accept("%s is on offer".formatted(runtime.id()));
        return new Built(runtime.id(), image, id, isNew);
    }

    private Optional<String> imageId(String image) throws BuildException, InterruptedException {
        try {
            return engine.imageId(image);
        } catch (SandboxException e) {
            throw new BuildException(Cause.HOST, String.valueOf(e.getMessage()), e);
        }
    }

    /// What the image is made from: the template's files, and what was asked for.
    private Map<String, byte[]> context(BuildRequest request, LanguageRuntime from) throws IOException {
        var context = new TreeMap<String, byte[]>();
        if (request.dockerfile().isPresent()) {
            context.put("Dockerfile", request.dockerfile().get().getBytes(UTF_8));
            return context;
        }
        Path template = request.manager().flatMap(manager -> template(from, manager)).orElse(runtimes.resolve("packages/apt"));
        try (Stream<Path> files = Files.list(template)) {
            for (Path file : files.toList()) {
                context.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        request.pip().ifPresent(text -> context.put("requirements.txt", text.getBytes(UTF_8)));
        request.npm().ifPresent(files -> {
            context.put("package.json", files.manifest().getBytes(UTF_8));
            files.lock().ifPresent(lock -> context.put("package-lock.json", lock.getBytes(UTF_8)));
        });
        return context;
    }

    private String digest(BuildRequest request, LanguageRuntime from, Map<String, byte[]> context) throws BuildException, InterruptedException, IOException {
        String base = imageId(from.image()).orElseThrow(() ->
                new BuildException(Cause.HOST, "the image %s of %s is not here; mayfly runtimes add %2$s builds it".formatted(from.image(), from.id())));
        return shortDigest(List.of(from.id(), base, request.apt(), settings.pipIndex().orElse(""), settings.npmRegistry().orElse(""), context));
    }

    private static String shortDigest(Object content) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(content))).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The build's description beside its inputs, and its name; what serves is as it was.
    private String add(BuildRequest request, LanguageRuntime from, Map<String, byte[]> context, String image) throws IOException {
        var yaml = new LinkedHashMap<String, Object>();
        yaml.put("name", request.name());
        yaml.put("from", from.name());
        yaml.put("version", from.version());
        yaml.put("image", image);
        yaml.put("optional", true);
        yaml.put("extensions", from.extensions());
        request.tenant().ifPresent(tenant -> yaml.put("tenant", tenant));
        if (!request.preload().isEmpty()) {
            yaml.put("warm", Map.of("preload", request.preload()));
        }
        var files = new TreeMap<>(context);
        files.put("runtime.yaml", YAML.writeValueAsBytes(yaml));
        files.put("build.json", JSON.writeValueAsBytes(Map.of("requestedBy", request.requestedBy(), "requestedAt", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())));
        String build = shortDigest(yaml);
        built.add(request.name(), build, files);
        return build;
    }
}
