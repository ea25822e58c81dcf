package dev.mayfly.oci;

import dev.mayfly.sandbox.TerminalContract;
import dev.mayfly.testing.TestEngine;

class CrunTerminalTest extends TerminalContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "crun");
    }
}
