package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.pool.Borrower;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.LanguageRuntime.Hello;
import dev.mayfly.runtime.LanguageRuntimeBuilder;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A new image serves only after its hello, and there is a warm sandbox at every moment.
class RolloverTest {
    private final FakeEngine engine = new FakeEngine();
    private final WarmPool pool = new WarmPool(engine, new PoolSettings(10, 1L << 40, 4, 2, Duration.ofMinutes(5)));

    @AfterEach
    void stop() {
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private static LanguageRuntime runtime(Hello hello) {
        return runtime("1", hello);
    }

    private static LanguageRuntime runtime(String version, Hello hello) {
        return LanguageRuntimeBuilder.builder(TestEngine.runtime("python")).name("fake").version(version).aliases(List.of()).image("fake-" + version).extensions(List.of()).entrypoint("main")
                .command(List.of()).warmCommand(List.of("wait")).snapshot(false).coldEnvironment(List.of()).environment(Map.of()).hello(hello).build();
    }

    private ServedRuntimes served(LanguageRuntime runtime) {
        return new ServedRuntimes(new RuntimeCatalog(List.of(runtime)), engine, pool, new WarmBounds(2, 2));
    }

    private boolean ready(SandboxSpec spec) {
        var shelf = pool.stats().shelves().get(spec);
        return shelf != null && shelf.ready() == 2;
    }

    @Test
    void newImageTakesOverWhenItsSandboxesAreWarm() throws Exception {
        LanguageRuntime runtime = runtime(new Hello("print hi", "hi"));
        ServedRuntimes served = served(runtime);
        served.refresh();
        SandboxSpec old = served.spec(runtime).orElseThrow();
        await().until(() -> ready(old));
        // given a rebuilt image, and an engine that is slow to make sandboxes after the hello
        engine.rebuildImages("2");
        engine.creations.drainPermits();
        engine.creations.release(1);
        served.refresh();
        // then the old one serves, with its sandboxes ready
        assertThat(served.spec(runtime)).contains(old);
        assertThat(ready(old)).isTrue();
        // when the new sandboxes are warm, then they take over, and the old ones go
        engine.creations.release(1000);
        await().until(() -> {
            served.refresh();
            return !served.spec(runtime).orElseThrow().equals(old);
        });
        assertThat(ready(served.spec(runtime).orElseThrow())).isTrue();
        await().until(() -> engine.alive().stream().noneMatch(sandbox -> sandbox.spec().equals(old)));
    }

    @Test
    void optionalVersionIsOfferedOnceItsImageIsThere() throws Exception {
        // given a language of which only the default version has an image
        LanguageRuntime first = runtime("1", new Hello("print hi", "hi"));
        LanguageRuntime second = runtime("2", new Hello("print hi", "hi"));
        engine.withoutImage(second.image());
        var served = new ServedRuntimes(new RuntimeCatalog(List.of(first, second)), engine, pool, new WarmBounds(0, 2));
        served.refresh();
        // then it is all that is offered, and who asks for the other one learns how to get it
        assertThat(served.offered()).containsExactly(first);
        assertThatThrownBy(() -> served.requireSpec(second, second.defaults())).isInstanceOf(RejectedException.class)
                .hasMessageContaining("mayfly runtimes add fake:2");
        // when a catalogue has it as the default, then it is offered, as what is missing
        var other = new ServedRuntimes(new RuntimeCatalog(List.of(first, second), Set.of("fake:2")), engine, pool, new WarmBounds(0, 2));
        other.refresh();
        assertThat(other.offered()).containsExactly(first, second);
        assertThat(other.spec(second)).isEmpty();
    }

    /// The look for images does not wait for a registry.
    @Test
    void missingImageOfARegistryIsPulledMeanwhile() throws Exception {
        LanguageRuntime local = runtime("1", new Hello("print hi", "hi"));
        LanguageRuntime remote = runtime("2", new Hello("print hi", "hi")).withImage("registry.example.org/fake@sha256:" + "0".repeat(64));
        Set<String> there = ConcurrentHashMap.newKeySet();
        var arrives = new CountDownLatch(1);
        SandboxEngine withRegistry = (SandboxEngine) Proxy.newProxyInstance(SandboxEngine.class.getClassLoader(), new Class<?>[] {SandboxEngine.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("pull")) {
                arrives.await();
                return there.add((String) arguments[0]);
            }
            if (method.getName().equals("imageId") && arguments[0].equals(remote.image()) && !there.contains(remote.image())) {
                return Optional.empty();
            }
            return method.invoke(engine, arguments);
        });
        var served = new ServedRuntimes(new RuntimeCatalog(List.of(local, remote)), withRegistry, pool, new WarmBounds(0, 2));
        served.refresh();
        assertThat(served.spec(local)).isPresent();
        assertThat(served.spec(remote)).isEmpty();
        arrives.countDown();
        await().until(() -> {
            served.refresh();
            return served.spec(remote).isPresent();
        });
        assertThat(there).containsExactly(remote.image());
    }

    @Test
    void imageThatDidNotComeIsAskedForAgainAfterAMinute() throws Exception {
        var now = new AtomicLong();
        var asked = new Semaphore(0);
        SandboxEngine withoutRegistry = (SandboxEngine) Proxy.newProxyInstance(SandboxEngine.class.getClassLoader(), new Class<?>[] {SandboxEngine.class}, (proxy, method, arguments) -> {
            asked.release();
            throw new SandboxException("401", false);
        });
        var pulls = new ImagePulls(withoutRegistry, now::get);
        pulls.begin("registry.example.org/fake");
        assertThat(asked.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        await().until(() -> pulls.mayBegin("registry.example.org/fake", Duration.ofSeconds(60).toNanos()));
        assertThat(pulls.mayBegin("registry.example.org/fake", Duration.ofSeconds(59).toNanos())).isFalse();
        now.set(Duration.ofSeconds(60).toNanos());
        pulls.begin("registry.example.org/fake");
        assertThat(asked.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void imagesInUseAreCountedUntilTheirLastSandboxIsGone() throws Exception {
        LanguageRuntime runtime = runtime(new Hello("print hi", "hi"));
        ServedRuntimes served = served(runtime);
        served.refresh();
        SandboxSpec old = served.spec(runtime).orElseThrow();
        await().until(() -> ready(old));
        assertThat(served.imagesInUse(runtime)).containsExactly(new ServedRuntimes.ImageInUse(old.image(), 2, true));
        // given a program in the old image
        var lease = pool.lease(old, new Borrower(Lane.INTERACTIVE, "tenant"), Duration.ofSeconds(60));
        engine.rebuildImages("2");
        await().until(() -> {
            served.refresh();
            return !served.spec(runtime).orElseThrow().equals(old);
        });
        // then it is the old one's last
        await().untilAsserted(() -> assertThat(served.imagesInUse(runtime)).contains(new ServedRuntimes.ImageInUse(old.image(), 1, false)));
        lease.close();
        await().untilAsserted(() -> assertThat(served.imagesInUse(runtime)).containsExactly(new ServedRuntimes.ImageInUse(served.spec(runtime).orElseThrow().image(), 2, true)));
    }

    @Test
    void poolThatIsAllKeptIsReportedOnce() throws Exception {
        // given two runtimes that are to keep all ten sandboxes of the pool
        LanguageRuntime first = runtime("1", new Hello("print hi", "hi"));
        LanguageRuntime second = runtime("2", new Hello("print hi", "hi"));
        var served = new ServedRuntimes(new RuntimeCatalog(List.of(first, second)), engine, pool, new WarmBounds(5, 5));
        List<String> warnings = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger(ServedRuntimes.class.getName());
        log.setFilter(line -> !warnings.add(line.getMessage()));
        // when their images have been looked at, twice
        served.refresh();
        served.refresh();
        // then one line says so, and what to do
        log.setFilter(null);
        assertThat(warnings.stream().filter(line -> line.contains("bulk executions run one at a time; raise mayfly.pool.capacity"))).hasSize(1);
    }

    @Test
    void imageThatFailsItsHelloNeverServes() throws Exception {
        LanguageRuntime runtime = runtime(new Hello("print hi", "something else"));
        ServedRuntimes served = served(runtime);
        served.refresh();
        assertThat(served.spec(runtime)).isEmpty();
        assertThat(served.isSettled()).isTrue();
    }
}
