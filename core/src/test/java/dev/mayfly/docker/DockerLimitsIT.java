package dev.mayfly.docker;

import dev.mayfly.sandbox.LimitsContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
class DockerLimitsIT extends LimitsContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
