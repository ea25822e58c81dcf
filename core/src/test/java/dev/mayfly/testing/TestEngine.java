package dev.mayfly.testing;

import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.oci.OciSettingsBuilder;
import dev.mayfly.oci.UserRange;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// A real engine for one test class, under a label and a state folder of its own. Closing it proves that no sandbox of
/// the class is left.
public final class TestEngine implements AutoCloseable {
    public static final RuntimeCatalog RUNTIMES = RuntimeFolder.read(Path.of("runtimes").toAbsolutePath());
    private static final PreparedProgram.CollectionBudget BUDGET = new PreparedProgram.CollectionBudget(10, 1 << 20);

    private static final Path KEEPER = Path.of("target/keeper");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final String service;
    private final URI host;
    private final Path locks;
    private final InstanceLock instance;
    private final SandboxEngine engine;

    private TestEngine(Class<?> testClass, URI host, Function<TestEngine, SandboxEngine> maker) {
        this.host = host;
        try {
            service = "test-" + testClass.getSimpleName();
            locks = Files.createTempDirectory("mayfly-test");
            instance = new InstanceLock(locks);
            engine = maker.apply(this);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static TestEngine docker(Class<?> testClass) {
        return docker(testClass, DockerSettings.defaults().host());
    }

    public static TestEngine docker(Class<?> testClass, URI host) {
        return docker(testClass, host, PATIENCE);
    }

    /// @param ready how long a sandbox may take to be ready
    public static TestEngine docker(Class<?> testClass, URI host, Duration ready) {
        return new TestEngine(testClass, host, test -> new DockerEngine(new DockerSettings(host, PATIENCE, ready, test.service), test.instance));
    }

    public static TestEngine oci(Class<?> testClass) {
        return oci(testClass, "");
    }

    /// @param runtime the OCI runtime; empty for the one that a user gets
    public static TestEngine oci(Class<?> testClass, String runtime) {
        return oci(testClass, runtime, PATIENCE);
    }

    /// @param ready how long a sandbox may take to be ready
    public static TestEngine oci(Class<?> testClass, String runtime, Duration ready) {
        return new TestEngine(testClass, DockerSettings.defaults().host(), test -> new OciEngine(
                OciSettingsBuilder.builder()
                        .runtime(runtime)
                        .keeper(KEEPER)
                        .images(OciSettings.IMAGES)
                        .bundledImages(Optional.empty())
                        .state(test.locks.resolve("oci"))
                        .callTimeout(PATIENCE)
                        .readyTimeout(ready)
                        .users(UserRange.DEFAULT)
                        .snapshots(true)
                        .registries(RegistrySettings.usual())
                        .build(), test.instance));
    }

    /// What is closed after this engine, the last one first.
    public TestEngine closing(AutoCloseable... resources) {
        toClose.addAll(List.of(resources));
        return this;
    }

    public SandboxEngine engine() {
        return engine;
    }

    public InstanceLock instance() {
        return instance;
    }

    public static LanguageRuntime runtime(String name) {
        return RUNTIMES.find(name).orElseThrow();
    }

    public SandboxSpec spec(String name) throws SandboxException, InterruptedException {
        LanguageRuntime runtime = runtime(name);
        return runtime.spec(engine.imageId(runtime.image()).orElseThrow());
    }

    public static PreparedProgram program(String name, String code) {
        return program(name, code, Map.of());
    }

    /// @param changes limits other than the runtime's
    public static PreparedProgram program(String name, String code, Map<LimitAxis, Long> changes) {
        LanguageRuntime runtime = runtime(name);
        Limits limits = runtime.defaults().with(changes);
        boolean cold = runtime.warmCommand().isEmpty() || runtime.coldReason(Map.of(), limits).isPresent();
        List<String> command = cold ? runtime.command(runtime.entrypoint(), limits) : List.of();
        var file = new SourceFile(runtime.entrypoint(), code.getBytes(StandardCharsets.UTF_8));
        return new PreparedProgram(runtime.entrypoint(), command, List.of(), runtime.environment(Map.of(), limits), List.of(file), List.of(), Stdin.EMPTY, limits, BUDGET);
    }

    public static PreparedProgram with(PreparedProgram program, Map<LimitAxis, Long> limits) {
        return new PreparedProgram(program.entrypoint(), program.command(), program.args(), program.env(), program.files(), program.outputs(), program.stdin(),
                program.limits().with(limits), program.budget());
    }

    /// What a run printed, and how it ended.
    public record Ran(SandboxRun run, String stdout, String stderr, byte[] stdoutBytes) {}

    public Ran run(String name, String code) throws SandboxException, InterruptedException {
        return run(spec(name), program(name, code));
    }

    public Ran run(SandboxSpec spec, PreparedProgram program) throws SandboxException, InterruptedException {
        try (Sandbox sandbox = engine.create(spec)) {
            var output = new CollectedOutput();
            SandboxRun run = sandbox.run(program, output);
            return new Ran(run, new String(output.stdout(), StandardCharsets.UTF_8), new String(output.stderr(), StandardCharsets.UTF_8),
                    output.stdout());
        }
    }

    /// The ids of this class's containers that the engine knows, running or not.
    public List<String> containers() throws IOException, InterruptedException {
        if (engine instanceof DockerEngine) {
            return DockerCommand.containers(host, "--filter", "label=dev.mayfly.service=" + service);
        }
        try (Stream<Path> files = Files.walk(locks.resolve("oci"))) {
            return files.filter(file -> file.resolve("..").normalize().endsWith("sandboxes")).map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public void close() throws Exception {
        List<String> left;
        try {
            left = containers();
            engine.close();
            instance.close();
        } finally {
            for (AutoCloseable resource : toClose.reversed()) {
                resource.close();
            }
        }
        if (!left.isEmpty()) {
            throw new AssertionError("containers of %s are left: %s".formatted(service, left));
        }
        try (Stream<Path> files = Files.walk(locks)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
