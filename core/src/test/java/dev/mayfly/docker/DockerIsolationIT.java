package dev.mayfly.docker;

import dev.mayfly.sandbox.IsolationContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
class DockerIsolationIT extends IsolationContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
