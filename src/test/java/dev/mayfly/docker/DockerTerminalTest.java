package dev.mayfly.docker;

import dev.mayfly.sandbox.TerminalContract;
import dev.mayfly.testing.TestEngine;

class DockerTerminalTest extends TerminalContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
