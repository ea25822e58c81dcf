package dev.mayfly.sandbox;

import dev.mayfly.testing.PythonPrograms;
import dev.mayfly.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// The contract against a real engine, with Python in its sandboxes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RealEngineContract extends SandboxContract {
    private TestEngine engine;

    protected abstract TestEngine startEngine();

    @BeforeAll
    void start() {
        engine = startEngine();
    }

    @AfterAll
    void stop() throws Exception {
        engine.close();
    }

    @Override
    protected SandboxEngine engine() {
        return engine.engine();
    }

    @Override
    protected SandboxSpec spec() throws Exception {
        return engine.spec("python");
    }

    @Override
    protected PreparedProgram program(String program) {
        return TestEngine.program("python", program);
    }

    @Override
    protected Programs programs() {
        return new PythonPrograms();
    }
}
