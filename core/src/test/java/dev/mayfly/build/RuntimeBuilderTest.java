package dev.mayfly.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.build.RuntimeMaker.Built;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.testing.FakeEngine;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A build serves once its hello has passed; one that fails leaves what serves as it is; and whose it is nobody else
/// uses or replaces.
class RuntimeBuilderTest {
    @TempDir
    Path folder;

    private final FakeEngine fake = new FakeEngine();
    private final List<String> log = new ArrayList<>();
    private BuiltRuntimes built;
    private RuntimeSource source;
    private SandboxEngine engine;

    /// A language, and a program that "builds" an image by writing down its name, and fails for `broken`.
    @BeforeEach
    void create() throws Exception {
        Path language = Files.createDirectories(folder.resolve("runtimes/fake/packages/pip"));
        Files.writeString(language.resolve("Dockerfile"), "FROM template");
        describe("fake", "print hi");
        Files.createDirectories(folder.resolve("runtimes/packages/apt"));
        Files.writeString(folder.resolve("runtimes/packages/apt/Dockerfile"), "FROM apt");
        Path program = Files.writeString(folder.resolve("package"), """
                #!/bin/sh
                echo "building $2 for $8 with $PACKAGES"
                case $PACKAGES in *broken*) echo 'mayfly: the image does not build'; exit 65 ;; esac
                echo "$2" >> %s/images
                """.formatted(folder));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        built = new BuiltRuntimes(folder.resolve("built"));
        source = new RuntimeSource(folder.resolve("runtimes"), Set.of(), Map.of(), built);
        engine = (SandboxEngine) Proxy.newProxyInstance(SandboxEngine.class.getClassLoader(), new Class<?>[] {SandboxEngine.class}, (proxy, method, arguments) ->
                method.getName().equals("imageId") && !arguments[0].equals("mayfly/fake:1") && !images().contains(arguments[0]) ? Optional.empty() : method.invoke(fake, arguments));
    }

    private void describe(String name, String hello) throws IOException {
        Path language = Files.createDirectories(folder.resolve("runtimes").resolve(name));
        Files.writeString(language.resolve("hello"), hello);
        Files.writeString(language.resolve("runtime.yaml"), """
                name: %s
                version: "1"
                extensions: [.fake]
                entrypoint: main
                command: [run]
                warm: {command: [wait], snapshot: true}
                hello: {file: hello, stdout: hi}
                """.formatted(name));
    }

    private List<String> images() throws IOException {
        Path file = folder.resolve("images");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private RuntimeBuilder builder(boolean network) {
        var settings = new BuildSettings(folder.resolve("package"), Map.of(), network, Optional.empty(), Optional.empty(), Duration.ofMinutes(1), 100, 100, false);
        return new RuntimeBuilder(folder.resolve("runtimes"), built, source, engine, settings);
    }

    private static BuildRequest request(String name, Optional<String> tenant, List<String> apt, List<String> preload) {
        return new BuildRequest(name, "fake", tenant, "somebody", apt, Optional.empty(), Optional.empty(), Optional.empty(), preload);
    }

    private static BuildRequest request(String... apt) {
        return request("mine", Optional.empty(), List.of(apt), List.of());
    }

    private Built build(BuildRequest request) throws Exception {
        return builder(true).build(request, log::add);
    }

    private BuildException failure(BuildRequest request) {
        return catchThrowableOfType(BuildException.class, () -> build(request));
    }

    private LanguageRuntime served() {
        return source.get().find("mine").orElseThrow();
    }

    @Test
    void buildServesUnderItsNameAndTheSameIsBuiltOnce() throws Exception {
        Built first = build(request("tree"));
        assertThat(first.runtime()).isEqualTo("mine:1");
        assertThat(first.isNew()).isTrue();
        assertThat(log).contains("building %s for dev.mayfly.requested-by=somebody with tree".formatted(first.image()));
        LanguageRuntime runtime = served();
        assertThat(runtime.image()).isEqualTo(first.image());
        assertThat(runtime.optional()).isTrue();
        assertThat(runtime.extensions()).containsExactly(".fake");
        // and a file of the language is still the language's
        assertThat(source.get().forFile("main.fake").orElseThrow().name()).isEqualTo("fake");
        assertThat(build(request("tree"))).isEqualTo(new Built(first.runtime(), first.image(), first.imageDigest(), false));
        assertThat(images()).containsExactly(first.image());
        assertThat(build(request("jq")).image()).isNotEqualTo(first.image());
        // preloaded modules do not change the image
        assertThat(build(request("mine", Optional.empty(), List.of("tree"), List.of("os"))).isNew()).isFalse();
        assertThat(served().warmCommand()).containsExactly("wait", "--preload", "os");
    }

    @Test
    void brokenBuildChangesNothing() throws Exception {
        Built first = build(request("tree"));
        BuildException failure = failure(request("broken"));
        assertThat(failure.reason()).isEqualTo(BuildException.Cause.BUILD);
        assertThat(failure).hasMessageContaining("building mayfly/mine:").hasMessageEndingWith("the image does not build");
        assertThat(served().image()).isEqualTo(first.image());
    }

    @Test
    void imageWhoseHelloFailsDoesNotServe() throws Exception {
        Built first = build(request("tree"));
        describe("fake", "exit 3");
        assertThat(failure(request("jq"))).hasMessageStartingWith("the image was built, and does not work: its hello ended with");
        assertThat(served().image()).isEqualTo(first.image());
    }

    @Test
    void earlierBuildServesAgain() throws Exception {
        Built first = build(request("tree"));
        Built second = build(request("jq"));
        assertThat(served().image()).isEqualTo(second.image());
        assertThat(built.rollBack("mine")).isPresent();
        assertThat(served().image()).isEqualTo(first.image());
        assertThat(built.rollBack("mine")).isEmpty();
        assertThat(built.remove("mine")).isTrue();
        assertThat(source.get().find("mine")).isEmpty();
        assertThat(built.remove("mine")).isFalse();
        assertThat(built.rollBack("nobody")).isEmpty();
    }

    /// Between two refreshes, its name has become another tenant's.
    @Test
    void nameThatChangedItsTenantServesNothingOfTheFormerOne() throws Exception {
        try (var pool = new WarmPool(fake, new PoolSettings(8, 64L << 30, 8, 2, Duration.ofMinutes(1)))) {
            var runtimes = new ServedRuntimes(source, engine, pool, new WarmBounds(0, 2));
            Built hers = build(request("mine", Optional.of("alice"), List.of("tree"), List.of()));
            runtimes.refresh();
            assertThat(runtimes.spec(served()).orElseThrow().image()).isEqualTo(hers.imageDigest());
            built.remove("mine");
            build(request("mine", Optional.of("bob"), List.of("jq"), List.of()));
            // and its image has gone meanwhile
            Files.delete(folder.resolve("images"));
            runtimes.refresh();
            assertThat(runtimes.spec(served())).isEmpty();
        }
    }

    /// A name comes from a request's path.
    @Test
    void nameThatLeadsElsewhereIsNobodys() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.write(elsewhere.resolve("serving"), List.of("one", "two"));
        build(request("tree"));
        assertThat(built.remove("../elsewhere")).isFalse();
        assertThat(built.rollBack("../elsewhere")).isEmpty();
        assertThat(built.remove(elsewhere.toString())).isFalse();
        assertThat(elsewhere.resolve("serving")).hasContent("one\ntwo");
    }

    @Test
    void serviceTakesUpWhatWasBuiltAndRemoved() throws Exception {
        try (var pool = new WarmPool(fake, new PoolSettings(8, 64L << 30, 8, 2, Duration.ofMinutes(1)))) {
            var runtimes = new ServedRuntimes(source, engine, pool, new WarmBounds(0, 2));
            runtimes.refresh();
            assertThat(runtimes.offered()).extracting(LanguageRuntime::id).containsExactly("fake:1");
            Built first = build(request("mine", Optional.of("alice"), List.of("tree"), List.of()));
            runtimes.refresh();
            assertThat(runtimes.spec(served()).orElseThrow().image()).isEqualTo(first.imageDigest());
            assertThat(runtimes.offered("alice")).extracting(LanguageRuntime::id).containsExactly("fake:1", "mine:1");
            assertThat(runtimes.offered("bob")).extracting(LanguageRuntime::id).containsExactly("fake:1");
            Built second = build(request("mine", Optional.of("alice"), List.of("jq"), List.of()));
            runtimes.refresh();
            assertThat(runtimes.spec(served()).orElseThrow().image()).isEqualTo(second.imageDigest());
            built.rollBack("mine");
            runtimes.refresh();
            LanguageRuntime mine = served();
            assertThat(runtimes.spec(mine).orElseThrow().image()).isEqualTo(first.imageDigest());
            built.remove("mine");
            runtimes.refresh();
            assertThat(runtimes.spec(mine)).isEmpty();
            assertThat(runtimes.offered()).extracting(LanguageRuntime::id).containsExactly("fake:1");
        }
    }

    @Test
    void nameOfAnotherRuntimeIsRefused() throws Exception {
        assertThat(failure(request("fake", Optional.empty(), List.of("tree"), List.of()))).hasMessage("name: fake is taken by another runtime");
        build(request("mine", Optional.of("alice"), List.of("tree"), List.of()));
        for (Optional<String> other : List.of(Optional.of("bob"), Optional.<String>empty())) {
            assertThat(failure(request("mine", other, List.of("jq"), List.of()))).hasMessage("name: mine is taken by another runtime");
        }
        var onTop = new BuildRequest("more", "mine", Optional.empty(), "bob", List.of("jq"), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        assertThat(failure(onTop)).hasMessage("from must name a runtime that was not itself built so; got mine");
    }

    @Test
    void whatTheLanguageOrTheHostDoesNotHaveIsRefusedBeforeAnythingIsBuilt() throws Exception {
        var npm = new BuildRequest("mine", "fake", Optional.empty(), "bob", List.of(), Optional.empty(), Optional.of(new NpmFiles("{}", Optional.empty())), Optional.empty(), List.of());
        assertThat(failure(npm)).hasMessage("npm: fake:1 has no packages of npm");
        var pip = new BuildRequest("mine", "fake", Optional.empty(), "bob", List.of(), Optional.of("numpy"), Optional.empty(), Optional.empty(), List.of());
        assertThat(build(pip).isNew()).isTrue();
        BuildException withoutNetwork = catchThrowableOfType(BuildException.class, () -> builder(false).build(request("jq"), log::add));
        assertThat(withoutNetwork.reason()).isEqualTo(BuildException.Cause.HOST);
        assertThat(withoutNetwork).hasMessageContaining("mayfly.builds.network=true");
        Files.delete(folder.resolve("package"));
        assertThat(failure(request("jq"))).hasMessageContaining("this installation has no");
    }

    /// What somebody else has put there must not keep the service from starting.
    @Test
    void buildThatCannotBeReadIsLeftOut() throws Exception {
        build(request("tree"));
        Path damaged = built.serving("mine").orElseThrow();
        Files.writeString(damaged, "name: [");
        var again = new RuntimeSource(folder.resolve("runtimes"), Set.of(), Map.of(), built);
        assertThat(again.get().all()).extracting(LanguageRuntime::id).containsExactly("fake:1");
    }
}
