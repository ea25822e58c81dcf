package dev.mayfly.docker;

import dev.mayfly.sandbox.RuntimesContract;
import dev.mayfly.testing.TestEngine;

class DockerRuntimesTest extends RuntimesContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
