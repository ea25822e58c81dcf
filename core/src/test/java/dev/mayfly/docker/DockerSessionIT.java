package dev.mayfly.docker;

import dev.mayfly.session.SessionContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
@TakesLong
class DockerSessionIT extends SessionContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
