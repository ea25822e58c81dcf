package dev.mayfly.sandbox;

import dev.mayfly.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// Tests that every real engine passes; one subclass for each engine.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract {
    protected TestEngine engine;

    protected abstract TestEngine startEngine();

    @BeforeAll
    void start() {
        engine = startEngine();
    }

    /// Proves that no sandbox is left.
    @AfterAll
    void stop() throws Exception {
        engine.close();
    }
}
