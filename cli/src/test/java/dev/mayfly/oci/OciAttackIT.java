package dev.mayfly.oci;

import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
class OciAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
