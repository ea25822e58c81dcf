package dev.mayfly.oci;

import dev.mayfly.sandbox.RuntimesContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
class OciRuntimesIT extends RuntimesContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }
}
