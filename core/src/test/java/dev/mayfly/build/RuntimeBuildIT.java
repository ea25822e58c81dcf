package dev.mayfly.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.oci.ImageStore;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Packages of an index, of npm's registry and of Debian become an image of a real engine; what is broken, too large, too
/// slow or hostile ends with its reason, and leaves nothing and changes nothing.
@NeedsRoot
class RuntimeBuildIT {
    private static final Path RUNTIMES = Path.of("runtimes").toAbsolutePath();
    private static final String DOCKERFILE = "ARG BASE\nFROM ${BASE}\nRUN ";

    private static TestEngine test;
    private static PackageIndex index;

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        test = TestEngine.oci(RuntimeBuildIT.class);
        index = new PackageIndex();
    }

    @AfterAll
    static void stop() throws Exception {
        index.close();
        test.close();
        var images = new ImageStore(OciSettings.IMAGES, Path.of("target/keeper"));
        for (String name : images.list().keySet()) {
            if (name.startsWith("mayfly/test-")) {
                images.remove(name);
            }
        }
    }

    /// What is put into a folder for temporary files, and the control group, go with each build.
    @AfterEach
    void nothingIsLeft() throws IOException {
        for (Path place : List.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/memory"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> entries = Files.list(place)) {
                    assertThat(entries.filter(entry -> entry.getFileName().toString().startsWith("mayfly-build"))).isEmpty();
                }
            }
        }
    }

    private BuiltRuntimes built() {
        return new BuiltRuntimes(folder.resolve("built"));
    }

    private LanguageRuntime runtime(String name) {
        return new RuntimeSource(RUNTIMES, Set.of(), Map.of(), built()).get().find(name).orElseThrow();
    }

    private RuntimeBuilder builder(Duration time, long memoryMib, long diskMib) {
        return builder(RUNTIMES.resolve("package"), time, memoryMib, diskMib);
    }

    private RuntimeBuilder builder(Path program, Duration time, long memoryMib, long diskMib) {
        var settings = new BuildSettings(program, Map.of("MAYFLY_ENGINE", "oci"), true, Optional.of(index.url()), Optional.empty(), time, memoryMib, diskMib, true);
        return new RuntimeBuilder(RUNTIMES, built(), new RuntimeSource(RUNTIMES, Set.of(), Map.of(), built()), test.engine(), settings);
    }

    private RuntimeMaker.Built build(BuildRequest request) throws Exception {
        return builder(Duration.ofMinutes(10), 1024, 2048).build(request, log::add);
    }

    private BuildException failure(RuntimeBuilder builder, BuildRequest request) {
        BuildException failure = catchThrowableOfType(BuildException.class, () -> builder.build(request, log::add));
        assertThat(failure).as("%s", log).isNotNull();
        assertThat(failure.reason()).isEqualTo(BuildException.Cause.BUILD);
        return failure;
    }

    private static BuildRequest pip(String name, String requirements) {
        return new BuildRequest(name, "python", Optional.empty(), "test", List.of(), Optional.of(requirements), Optional.empty(), Optional.empty(), List.of());
    }

    private static BuildRequest dockerfile(String name, String command) {
        return new BuildRequest(name, "bash", Optional.empty(), "test", List.of(), Optional.empty(), Optional.empty(), Optional.of(DOCKERFILE + command + "\n"), List.of());
    }

    private String run(String name, String code) throws Exception {
        LanguageRuntime runtime = runtime(name);
        boolean waits = !runtime.warmCommand().isEmpty();
        var file = new SourceFile(runtime.entrypoint(), code.getBytes(UTF_8));
        var program = new PreparedProgram(
                runtime.entrypoint(), waits ? List.of() : runtime.command(runtime.entrypoint(), runtime.defaults()), List.of(), Map.of(), List.of(file), List.of(), Stdin.EMPTY, runtime.defaults(),
                new PreparedProgram.CollectionBudget(0, 0));
        var output = new CollectedOutput();
        try (Sandbox sandbox = test.engine().create(runtime.spec(test.engine().imageId(runtime.image()).orElseThrow()))) {
            sandbox.run(program, output);
        }
        return new String(output.stdout(), UTF_8) + new String(output.stderr(), UTF_8);
    }

    /// The file `.pth` is run by each interpreter that starts: by none while the image is built.
    @Test
    void wheelIsInstalledAndNoCodeOfItRuns() throws Exception {
        Path marker = Files.createDirectory(folder.resolve("marker"));
        index.wheel("greeting", Map.of(
                "greeting/__init__.py", "WORD = 'hello from a wheel'\n",
                "greeting.pth", "import os; os.path.isdir('%1$s') and open('%1$s/was-here', 'w'); os.path.isdir('/wheels') and os._exit(3)\n".formatted(marker)));
        RuntimeMaker.Built built = build(pip("test-wheel", "greeting==1.0  # the only one\n"));
        assertThat(built.runtime()).isEqualTo("test-wheel:3.13");
        assertThat(run("test-wheel", "import greeting; print(greeting.WORD)")).isEqualTo("hello from a wheel\n");
        assertThat(marker).isEmptyDirectory();
        assertThat(build(pip("test-wheel", "greeting==1.0  # the only one\n")).isNew()).isFalse();
    }

    @Test
    void packageThatWouldHaveToRunCodeOrIsNotThereIsReported() throws Exception {
        index.source("sourceonly");
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 2048), pip("test-source", "sourceonly"))).hasMessageContaining("No matching distribution found for sourceonly");
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 2048), pip("test-source", "nosuchpackage==3"))).hasMessageContaining("No matching distribution found for nosuchpackage==3");
        assertThat(built().names()).isEmpty();
    }

    /// As the service is started, which keeps its own files to itself.
    @Test
    void packagesOfNpmAndDebianAreInstalledAndNoScriptOfThemRuns() throws Exception {
        Path program = Files.writeString(folder.resolve("package"), "#!/bin/sh\numask 077\nexec %s/package \"$@\"\n".formatted(RUNTIMES));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var npm = NpmFiles.of("{\"scripts\": {\"postinstall\": \"touch %s/was-here\"}, \"dependencies\": {\"is-number\": \"7.0.0\"}}".formatted(folder), Optional.empty(), Optional.empty());
        builder(program, Duration.ofMinutes(10), 1024, 2048)
                .build(new BuildRequest("test-npm", "node", Optional.empty(), "test", List.of("tree"), Optional.empty(), Optional.of(npm), Optional.empty(), List.of()), log::add);
        String code = "const isNumber = require('is-number'); console.log(isNumber('5'), require('child_process').execSync('tree --version').includes('tree'));";
        assertThat(run("test-npm", code)).isEqualTo("true true\n");
        assertThat(folder.resolve("was-here")).doesNotExist();
    }

    @Test
    void lockFileThatDoesNotFitIsReportedWithWhatDiffers() {
        String lock = "{\"lockfileVersion\": 3, \"packages\": {\"\": {\"dependencies\": {\"is-number\": \"6.0.0\"}}, \"node_modules/is-number\": {\"version\": \"6.0.0\"}}}";
        var npm = NpmFiles.of("{\"dependencies\": {\"is-number\": \"7.0.0\"}}", Optional.of(lock), Optional.empty());
        var request = new BuildRequest("test-lock", "node", Optional.empty(), "test", List.of(), Optional.empty(), Optional.of(npm), Optional.empty(), List.of());
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 2048), request)).hasMessageContaining("is-number@7.0.0").message().doesNotContain("Usage", "complete log");
    }

    @Test
    void imageThatDoesNotWorkLeavesTheOneBefore() throws Exception {
        build(dockerfile("test-broken", "echo one > /word"));
        BuildException failure = catchThrowableOfType(BuildException.class, () -> build(dockerfile("test-broken", "rm /usr/bin/bash /bin/bash; true")));
        assertThat(failure).hasMessageStartingWith("the image was built, and does not work");
        assertThat(run("test-broken", "cat /word")).isEqualTo("one\n");
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 2048), dockerfile("test-broken", "echo no such command; false"))).hasMessageContaining("no such command").hasMessageContaining("does not build");
        assertThat(run("test-broken", "cat /word")).isEqualTo("one\n");
        // and what was built before that serves again
        build(dockerfile("test-broken", "echo two > /word"));
        assertThat(run("test-broken", "cat /word")).isEqualTo("two\n");
        built().rollBack("test-broken");
        assertThat(run("test-broken", "cat /word")).isEqualTo("one\n");
    }

    @Test
    void buildHasBoundsOfTimeMemoryAndDisk() {
        assertThat(failure(builder(Duration.ofSeconds(5), 1024, 2048), dockerfile("test-bounds", "sleep 1000"))).hasMessageContaining("it may take 5 s");
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 50), dockerfile("test-bounds", "head -c 2G /dev/zero > /large; sleep 1000"))).hasMessageContaining("it may write 50 MiB");
        assertThat(failure(builder(Duration.ofMinutes(10), 64, 2048), dockerfile("test-bounds", "head -c 300M /dev/zero | tail -c 300M > /dev/null"))).hasMessageContaining("may take 64 MiB of memory");
        assertThat(failure(builder(Duration.ofMinutes(10), 1024, 2048), dockerfile("test-bounds", "exit 124"))).hasMessageContaining("the image does not build");
    }

    @Test
    void cancelledBuildEndsWithAllItsProcesses() throws Exception {
        var failure = new AtomicReference<Throwable>();
        Thread builds = Thread.ofVirtual().start(() -> {
            try {
                build(dockerfile("test-cancel", "echo begun; sleep 12345"));
            } catch (Exception e) {
                failure.set(e);
            }
        });
        await().atMost(Duration.ofMinutes(2)).until(() -> sleeps() > 0);
        builds.interrupt();
        assertThat(builds.join(Duration.ofMinutes(2))).isTrue();
        assertThat(failure.get()).isInstanceOf(InterruptedException.class);
        assertThat(sleeps()).isZero();
        assertThat(built().names()).isEmpty();
    }

    private static long sleeps() {
        return ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains("sleep 12345")).count();
    }

    @Test
    void buildWhoseCallerIsKilledLeavesNothing() throws Exception {
        Path files = Files.createTempDirectory("mayfly-build");
        Files.writeString(Files.createDirectory(files.resolve("context")).resolve("Dockerfile"), DOCKERFILE + "sleep 12345\n");
        var builder = new ProcessBuilder("sh", "-c", "%s/package %s mayfly/test-killed:1 mayfly/bash:5.2 none 600 1024 2048; true".formatted(RUNTIMES, files)).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(Map.of("MAYFLY_ENGINE", "oci", "VERSION", "1", "PACKAGES", "", "INDEX", ""));
        Process caller = builder.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> sleeps() > 0);
        caller.destroyForcibly().waitFor();
        await().atMost(Duration.ofMinutes(2)).until(() -> sleeps() == 0 && !Files.exists(files));
    }

    @Test
    void twoAtTheSameTimeAreBuiltOneAfterTheOther() throws Exception {
        RuntimeBuilder builder = builder(Duration.ofMinutes(10), 1024, 2048);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<RuntimeMaker.Built>> builds = Stream.of("test-one", "test-two").<Callable<RuntimeMaker.Built>>map(name -> () -> builder.build(dockerfile(name, "echo " + name + " > /word"), log::add)).toList();
            for (Future<RuntimeMaker.Built> build : executor.invokeAll(builds)) {
                assertThat(build.get().isNew()).isTrue();
            }
        }
        assertThat(log.stream().filter(line -> line.startsWith("building ") || line.endsWith(" is on offer")).map(line -> line.startsWith("building ")))
                .containsExactly(true, false, true, false);
        assertThat(run("test-one", "cat /word")).isEqualTo("test-one\n");
        assertThat(run("test-two", "cat /word")).isEqualTo("test-two\n");
    }
}
