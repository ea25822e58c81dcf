package dev.mayfly.oci;

import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.testing.TestEngine;

class GvisorEngineContractTest extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "runsc");
    }
}
