package dev.mayfly.docker;

import dev.mayfly.sandbox.IsolationContract;
import dev.mayfly.testing.TestEngine;

class DockerIsolationTest extends IsolationContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
