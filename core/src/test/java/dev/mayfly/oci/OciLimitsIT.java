package dev.mayfly.oci;

import dev.mayfly.sandbox.LimitsContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
class OciLimitsIT extends LimitsContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
