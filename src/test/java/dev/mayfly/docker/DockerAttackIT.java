package dev.mayfly.docker;

import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.TestEngine;

class DockerAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.docker(getClass());
    }
}
