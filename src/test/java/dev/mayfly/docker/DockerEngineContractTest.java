package dev.mayfly.docker;

import dev.mayfly.sandbox.Job;
import dev.mayfly.sandbox.SandboxContract;
import dev.mayfly.sandbox.SandboxFactory;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The contract against the real engine.
class DockerEngineContractTest extends SandboxContract {
    private static TestEngine engine;

    @BeforeAll
    static void start() {
        engine = new TestEngine(DockerEngineContractTest.class);
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    @Override
    protected SandboxFactory engine() {
        return engine.engine();
    }

    @Override
    protected SandboxSpec spec() throws Exception {
        return engine.spec("python");
    }

    @Override
    protected Job job(String program) {
        return TestEngine.job("python", program);
    }

    @Override
    protected Programs programs() {
        return new Programs() {
            @Override
            public String print(String text) {
                return "print('%s', end='')".formatted(text);
            }

            @Override
            public String printError(String text) {
                return "import sys; sys.stderr.write('%s')".formatted(text);
            }

            @Override
            public String exit(int code) {
                return "raise SystemExit(%d)".formatted(code);
            }

            @Override
            public String sleepLong() {
                return "import time; time.sleep(60)";
            }

            @Override
            public String flood(int bytes) {
                return "import os; os.write(1, b'x' * %d)".formatted(bytes);
            }

            @Override
            public String copyInput() {
                return "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())";
            }
        };
    }
}
