package dev.mayfly.docker;

import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
class DockerEngineContractIT extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
