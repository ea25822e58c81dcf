package dev.mayfly.docker;

import dev.mayfly.sandbox.RuntimesContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
class DockerRuntimesIT extends RuntimesContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
