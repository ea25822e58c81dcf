package dev.mayfly.oci;

import dev.mayfly.session.SessionContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
@TakesLong
class CrunSessionIT extends SessionContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "crun");
    }
}
