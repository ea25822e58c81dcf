package dev.mayfly.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.OwnDockerEngine;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// gVisor behind a Docker engine, for a runtime that asks for it: `ociRuntime: runsc`.
@NeedsDocker
class DockerGvisorIT extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        try {
            // as an operator's daemon.json does with runtimeArgs; the platform is the one that works without
            // virtualisation
            Path wrapper = Files.createTempFile("runsc", ".sh", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(wrapper, "#!/bin/sh\nexec runsc --network=none --platform=ptrace \"$@\"\n");
            var own = new OwnDockerEngine(List.of(TestEngine.runtime("python").image()), "--add-runtime", "runsc=" + wrapper);
            return TestEngine.docker(getClass(), own.host()).closing(() -> Files.delete(wrapper), own);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected SandboxSpec spec() throws Exception {
        SandboxSpec spec = super.spec();
        return new SandboxSpec(spec.runtime(), spec.image(), spec.warmCommand(), spec.rehearsal(), spec.limits(), "runsc");
    }

    @Test
    void sandboxHasAKernelOfItsOwn() throws Exception {
        try (Sandbox sandbox = engine().create(spec())) {
            var output = new CollectedOutput();
            sandbox.run(program("print(open('/proc/version').read())"), output);
            // gVisor's
            assertThat(new String(output.stdout(), UTF_8)).startsWith("Linux version 4.4.0 ").doesNotContain(System.getProperty("os.version"));
        }
    }
}
