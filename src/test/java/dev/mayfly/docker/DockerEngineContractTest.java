package dev.mayfly.docker;

import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.testing.TestEngine;

class DockerEngineContractTest extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
