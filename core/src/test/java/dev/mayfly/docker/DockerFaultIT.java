package dev.mayfly.docker;

import dev.mayfly.sandbox.FaultContract;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;
import java.util.List;

@NeedsDocker
class DockerFaultIT extends FaultContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass(), DockerSettings.defaults().host(), READY);
    }

    @Override
    protected void killSandboxes() throws Exception {
        for (String sandbox : engine.containers()) {
            DockerCommand.run(new byte[0], List.of("docker", "rm", "-f", sandbox));
        }
    }
}
