package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is killed, nothing stays: no process, no control group, no mount, no file.
@NeedsRoot
class OciEngineIT {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    @TempDir
    Path folder;

    private OciSettings settings(String runtime) {
        return OciSettingsBuilder.builder()
                .runtime(runtime)
                .keeper(Path.of("target/keeper"))
                .images(OciSettings.IMAGES)
                .bundledImages(Optional.empty())
                .state(folder.resolve("oci"))
                .callTimeout(Duration.ofSeconds(20))
                .readyTimeout(Duration.ofSeconds(20))
                .users(UserRange.DEFAULT)
                .snapshots(true)
                .registries(RegistrySettings.usual())
                .build();
    }

    private static SandboxSpec spec(OciEngine engine) throws Exception {
        return spec(engine, "bash");
    }

    /// One of Bash has no process but the agent.
    private static SandboxSpec spec(OciEngine engine, String language) throws Exception {
        var runtime = TestEngine.runtime(language);
        return runtime.spec(engine.imageId(runtime.image()).orElseThrow());
    }

    /// The control groups of a sandbox, in every hierarchy.
    private static List<Path> groups(String sandbox) throws IOException {
        return groups(CGROUPS, sandbox);
    }

    private static List<Path> groups(Path hierarchies, String sandbox) throws IOException {
        try (Stream<Path> files = Files.find(hierarchies, 3, (file, attributes) -> attributes.isDirectory() && file.endsWith(sandbox))) {
            return files.toList();
        }
    }

    private List<Path> sandboxes() throws IOException {
        try (Stream<Path> files = Files.find(folder, 4, (file, attributes) -> file.resolve("..").normalize().endsWith("sandboxes"))) {
            return files.toList();
        }
    }

    /// Processes in a sandbox, seen from outside.
    private static List<Path> processes(String sandbox) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.filter(process -> {
                try {
                    return Files.readString(process.resolve("cgroup")).contains(sandbox);
                } catch (IOException e) {
                    return false; // no process, or ended meanwhile
                }
            }).toList();
        }
    }

    private long keeper() {
        return ProcessHandle.current().children()
                .filter(child -> child.info().arguments().map(words -> words[0].startsWith(folder.toString())).orElse(false))
                .findFirst().orElseThrow().pid();
    }

    @Test
    void destroyedSandboxLeavesNothing() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            Sandbox sandbox = engine.create(spec(engine));
            assertThat(groups(sandbox.id())).isNotEmpty();
            assertThat(processes(sandbox.id())).isNotEmpty();
            sandbox.close();
            assertThat(groups(sandbox.id())).isEmpty();
            assertThat(groups(Path.of("/proc/%d/root/%s".formatted(keeper(), CGROUPS)), sandbox.id())).as("in the keeper's own mounts").isEmpty();
            assertThat(processes(sandbox.id())).isEmpty();
            assertThat(folder.resolve("oci").resolve(lock.id()).resolve("sandboxes")).isEmptyDirectory();
        }
        assertThat(folder.resolve("oci")).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(folder.toString());
    }

    /// Users of a sandbox's processes, as the host numbers them: root's first.
    private static List<Long> users(String sandbox) throws IOException {
        List<Long> users = new ArrayList<>();
        for (Path process : processes(sandbox)) {
            users.add(Files.readAllLines(process.resolve("status")).stream().filter(line -> line.startsWith("Uid:")).map(line -> Long.valueOf(line.split("\t", -1)[1])).findFirst().orElseThrow());
        }
        return users.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "crun", "runc"})
    void noTwoLivingSandboxesHaveAHostUserInCommon(String runtime) throws Exception {
        try (var lock = new InstanceLock(folder);
                var engine = new OciEngine(settings(runtime), lock);
                var otherLock = new InstanceLock(folder);
                var other = new OciEngine(settings(runtime), otherLock);
                Sandbox one = engine.create(spec(engine, "python"));
                Sandbox two = engine.create(spec(engine, "python"));
                Sandbox three = other.create(spec(other, "python"))) {
            Set<Long> firsts = new HashSet<>();
            for (Sandbox sandbox : List.of(one, two, three)) {
                long user = sandbox.hostUser().orElseThrow();
                assertThat(users(sandbox.id())).containsExactly(user - 1000, user);
                assertThat(user - 1000).isGreaterThanOrEqualTo(UserRange.DEFAULT.first());
                firsts.add(user);
            }
            assertThat(firsts).hasSize(3);
        }
    }

    @Test
    void programsSeeTheImagesFilesAsRootsAndTheirFolderAsTheirOwn() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock); Sandbox sandbox = engine.create(spec(engine, "python"))) {
            var output = new CollectedOutput();
            sandbox.run(TestEngine.program("python", "import os; print(*[os.stat(path).st_uid for path in ('/', '/etc/passwd', '/usr/bin/env', '/tmp', '/dev/null', '/work', 'main.py')])"), output);
            assertThat(new String(output.stdout(), UTF_8)).isEqualTo("0 0 0 0 0 1000 1000\n");
        }
    }

    @Test
    void withoutUsersOfTheirOwnSandboxesHaveTheHosts() throws Exception {
        var settings = OciSettingsBuilder.builder(settings("")).users(UserRange.NONE).build();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings, lock); Sandbox sandbox = engine.create(spec(engine, "python"))) {
            assertThat(users(sandbox.id())).containsExactly(0L, 1000L);
            assertThat(sandbox.hostUser()).hasValue(1000);
        }
    }

    @Test
    void whatIsWrittenForSandboxesIsForTheServiceAlone() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock); Sandbox sandbox = engine.create(spec(engine))) {
            Path home = folder.resolve("oci").resolve(lock.id());
            assertThat(Files.getPosixFilePermissions(home.resolve("sandboxes"))).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            for (Path passable : List.of(home.getParent(), home)) {
                assertThat(Files.getPosixFilePermissions(passable)).isEqualTo(PosixFilePermissions.fromString("rwx--x--x"));
            }
            for (String secret : List.of("filter", "keeper")) {
                assertThat(Files.getPosixFilePermissions(home.resolve(secret))).doesNotContain(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
            }
            assertThat(sandbox.isAlive()).isTrue();
        }
    }

    @Test
    void sandboxesOfTheDeadGoAndThoseOfTheLivingStay() throws Exception {
        var dying = new InstanceLock(folder);
        try (var living = new InstanceLock(folder);
                var itsEngine = new OciEngine(settings(""), living);
                var deadEngine = new OciEngine(settings(""), dying);
                var observer = new InstanceLock(folder);
                var reaper = new OciEngine(settings(""), observer)) {
            Sandbox stays = itsEngine.create(spec(itsEngine));
            Sandbox goes = deadEngine.create(spec(deadEngine));
            assertThat(reaper.reap()).isZero();
            // when one owner's lock is free, as after kill -9
            dying.close();
            // then its sandbox is taken with all that was written for it, and only that
            assertThat(reaper.reap()).isEqualTo(1);
            assertThat(folder.resolve("oci").resolve(dying.id())).doesNotExist();
            assertThat(groups(goes.id())).isEmpty();
            await().until(() -> !goes.isAlive());
            assertThat(stays.isAlive()).isTrue();
            stays.close();
        }
    }

    @Test
    void sandboxWhoseRuntimeWasKilledIsNotForgotten() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            Sandbox sandbox = engine.create(spec(engine));
            // when the runtime's own process dies, with nobody left to clean up behind the sandbox
            ProcessHandle.of(keeper()).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
            sandbox.close();
            // then closing has done that, too
            assertThat(groups(sandbox.id())).isEmpty();
            assertThat(processes(sandbox.id())).isEmpty();
            assertThat(sandboxes()).isEmpty();
        }
    }

    @Test
    void limitsThatCallersChooseDoNotPileUp() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            SandboxSpec spec = spec(engine);
            for (long bytes = 1 << 20; bytes < (1 << 20) + 70; bytes++) {
                engine.blueprint(spec.withLimits(Map.of(LimitAxis.DISK, bytes)), true);
            }
            assertThat(engine.blueprints()).isEqualTo(64);
        }
    }

    @Test
    void killedKeeperIsReplacedAndItsSandboxesAreFound() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            Sandbox orphan = engine.create(spec(engine));
            ProcessHandle.of(keeper()).orElseThrow().destroyForcibly();
            await().until(() -> ProcessHandle.current().children().noneMatch(child -> child.info().commandLine().orElse("").contains(folder.toString())));
            // then the next sandbox is made by another one
            try (Sandbox next = engine.create(spec(engine))) {
                assertThat(next.isAlive()).isTrue();
            }
            // and a sandbox of the first one still ends with its connection
            orphan.close();
            await().until(() -> groups(orphan.id()).isEmpty());
            await().until(() -> engine.reap() <= 1 && sandboxes().isEmpty());
        }
    }

    @Test
    void keeperThatHangsIsReportedAndUsedAgain() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            engine.ping();
            long keeper = keeper();
            signal(keeper, "STOP");
            try {
                assertThatThrownBy(engine::ping).isInstanceOf(SandboxException.class).hasMessageContaining("does not answer");
            } finally {
                signal(keeper, "CONT");
            }
            engine.ping();
            assertThat(keeper()).isEqualTo(keeper);
            engine.create(spec(engine)).close();
        }
    }

    private static void signal(long process, String name) throws Exception {
        assertThat(DockerCommand.run(new byte[0], List.of("kill", "-" + name, String.valueOf(process))).exitCode()).isZero();
    }

    @Test
    void imageThatIsDeletedWhileASandboxWaitsIsMissedOnlyByTheNextOne() throws Exception {
        Path images = folder.resolve("images");
        new ImageStore(images, Path.of("target/keeper")).load(new ByteArrayInputStream(
                DockerCommand.docker("save", TestEngine.runtime("bash").image()).stdout()));
        var settings = OciSettingsBuilder.builder(settings("")).images(images).build();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings, lock)) {
            SandboxSpec spec = spec(engine);
            try (Sandbox sandbox = engine.create(spec)) {
                Folders.delete(images.resolve("images"));
                Folders.delete(images.resolve("names"));
                assertThatThrownBy(() -> engine.create(spec.withLimits(Map.of(LimitAxis.DISK, 1L << 20)))).hasMessageContaining("no image " + spec.image());
                assertThat(engine.imageId(TestEngine.runtime("bash").image())).isEmpty();
                assertThat(sandbox.run(TestEngine.program("bash", "echo whole"), chunk -> {}).outcome()).isEqualTo(new Outcome.Exited(0));
            }
        }
    }

    /// An engine with images of its own, of which one was changed.
    private OciEngine engineWithImage(InstanceLock lock, UnaryOperator<String> record) throws Exception {
        Path images = folder.resolve("images");
        new ImageStore(images, Path.of("target/keeper")).load(new ByteArrayInputStream(
                DockerCommand.docker("save", TestEngine.runtime("bash").image()).stdout()));
        Path file = Folders.below(images.resolve("images")).getFirst();
        Files.writeString(file, record.apply(Files.readString(file)));
        return new OciEngine(
                OciSettingsBuilder.builder(settings("")).images(images).build(), lock);
    }

    @Test
    void environmentOfAnImageArrivesWhateverIsInIt() throws Exception {
        try (var lock = new InstanceLock(folder);
                var engine = engineWithImage(lock, record -> record.replace("\"env\":[", "\"env\":[\"ODD=a\\tb\\nc\\\\n\","));
                Sandbox sandbox = engine.create(spec(engine))) {
            var output = new CollectedOutput();
            sandbox.run(TestEngine.program("bash", "printf %s \"$ODD\""), output);
            assertThat(new String(output.stdout(), UTF_8)).isEqualTo("a\tb\nc\\n");
        }
    }

    /// What is mounted at a sandbox's start must not be led over the host's root, which would then stay in the sandbox.
    @ParameterizedTest
    @ValueSource(strings = {"/", ".", "..", "/.."})
    void imageWhoseFoldersAreLinksIsRefused(String target) throws Exception {
        Path layer = Files.createDirectories(folder.resolve("images/layers/hostile"));
        Files.createSymbolicLink(layer.resolve("tmp"), Path.of(target));
        try (var lock = new InstanceLock(folder);
                var engine = engineWithImage(lock, record -> record.replaceFirst("\"layers\":\\[([^]]*)]", "\"layers\":[$1,\"hostile\"]"))) {
            assertThatThrownBy(() -> engine.create(spec(engine))).isInstanceOf(SandboxException.class).hasMessageContaining("/tmp: Not a directory");
            assertThat(sandboxes()).isEmpty();
        }
    }

    @Test
    void sandboxThatCannotBeMadeTellsWhichStep() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(""), lock)) {
            engine.ping();
            Path filter = folder.resolve("oci").resolve(lock.id()).resolve("filter");
            Files.writeString(filter, "");
            assertThatThrownBy(() -> engine.create(spec(engine))).isInstanceOf(SandboxException.class).hasMessageContaining("filter: Invalid argument");
            Files.delete(filter);
            assertThatThrownBy(() -> engine.create(spec(engine))).isInstanceOf(SandboxException.class).hasMessageContaining("filter: No such file");
            assertThat(sandboxes()).isEmpty();
        }
    }

    @Test
    void runtimeThatFailsIsQuoted() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings("/bin/false"), lock)) {
            assertThatThrownBy(() -> engine.create(spec(engine))).isInstanceOf(SandboxException.class);
            assertThat(sandboxes()).isEmpty();
        }
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings("no-such-runtime"), lock)) {
            assertThatThrownBy(engine::ping).isInstanceOf(SandboxException.class).hasMessageContaining("no-such-runtime");
        }
    }

    @Test
    void hostWithoutTheKeeperIsReported() throws Exception {
        var settings = OciSettingsBuilder.builder(settings("")).keeper(Path.of("/no/keeper")).callTimeout(Duration.ofSeconds(5)).readyTimeout(Duration.ofSeconds(5)).build();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings, lock)) {
            assertThatThrownBy(engine::ping).isInstanceOf(SandboxException.class).hasMessageContaining("keeper");
        }
    }
}
