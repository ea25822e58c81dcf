package dev.mayfly.oci;

import dev.mayfly.sandbox.TerminalContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

@NeedsRoot
class CrunTerminalIT extends TerminalContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "crun");
    }
}
