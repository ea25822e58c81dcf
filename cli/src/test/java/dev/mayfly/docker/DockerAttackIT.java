package dev.mayfly.docker;

import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;

@NeedsDocker
@TakesLong
class DockerAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
