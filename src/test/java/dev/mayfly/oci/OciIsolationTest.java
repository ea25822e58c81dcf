package dev.mayfly.oci;

import dev.mayfly.sandbox.IsolationContract;
import dev.mayfly.testing.TestEngine;

class OciIsolationTest extends IsolationContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
