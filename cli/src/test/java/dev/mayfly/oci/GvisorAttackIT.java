package dev.mayfly.oci;

import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
@TakesLong
class GvisorAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), ociRuntime());
    }

    @Override
    protected String ociRuntime() {
        return "runsc";
    }
}
