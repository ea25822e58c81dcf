package dev.mayfly.docker;

import dev.mayfly.sandbox.LimitsContract;
import dev.mayfly.testing.TestEngine;

class DockerLimitsTest extends LimitsContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
