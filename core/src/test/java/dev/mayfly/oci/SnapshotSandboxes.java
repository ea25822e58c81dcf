package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Engines with and without snapshots, and sandboxes of both.
final class SnapshotSandboxes {
    private SnapshotSandboxes() {}

    static OciSettings settings(Path folder, boolean snapshots) {
        return OciSettingsBuilder.builder()
                .runtime("")
                .keeper(Path.of("target/keeper"))
                .images(OciSettings.IMAGES)
                .bundledImages(Optional.empty())
                .state(folder.resolve("oci"))
                .callTimeout(Duration.ofSeconds(20))
                .readyTimeout(Duration.ofSeconds(20))
                .users(UserRange.DEFAULT)
                .snapshots(snapshots)
                .registries(RegistrySettings.usual())
                .build();
    }

    static SandboxSpec spec(OciEngine engine, String runtime) throws Exception {
        var language = TestEngine.runtime(runtime);
        return language.spec(engine.imageId(language.image()).orElseThrow());
    }

    /// A sandbox that comes after the one of which a snapshot is taken.
    static Sandbox later(OciEngine engine, SandboxSpec spec) throws Exception {
        for (int i = 0; i < 3; i++) {
            engine.create(spec).close();
        }
        return engine.create(spec);
    }

    /// What a program prints that ends well.
    static String run(Sandbox sandbox, String runtime, String code) throws Exception {
        var output = new CollectedOutput();
        Outcome outcome = sandbox.run(TestEngine.program(runtime, code), output).outcome();
        assertThat(outcome).as(new String(output.stderr(), UTF_8)).isEqualTo(new Outcome.Exited(0));
        return new String(output.stdout(), UTF_8);
    }
}
