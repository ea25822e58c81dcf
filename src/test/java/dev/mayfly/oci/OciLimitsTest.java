package dev.mayfly.oci;

import dev.mayfly.sandbox.LimitsContract;
import dev.mayfly.testing.TestEngine;

class OciLimitsTest extends LimitsContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
