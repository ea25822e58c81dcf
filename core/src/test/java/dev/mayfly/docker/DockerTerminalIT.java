package dev.mayfly.docker;

import dev.mayfly.sandbox.TerminalContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
class DockerTerminalIT extends TerminalContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
