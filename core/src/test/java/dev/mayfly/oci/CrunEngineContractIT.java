package dev.mayfly.oci;

import dev.mayfly.sandbox.RealEngineContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
class CrunEngineContractIT extends RealEngineContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "crun");
    }
}
