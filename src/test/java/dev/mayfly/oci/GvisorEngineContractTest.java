package dev.mayfly.oci;

import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.testing.TestEngine;

/// crun is the default where there is one; hosts without it have runc.
class GvisorEngineContractTest extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "runsc");
    }
}
