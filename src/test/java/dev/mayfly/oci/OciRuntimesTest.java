package dev.mayfly.oci;

import dev.mayfly.sandbox.RuntimesContract;
import dev.mayfly.testing.TestEngine;

class OciRuntimesTest extends RuntimesContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
