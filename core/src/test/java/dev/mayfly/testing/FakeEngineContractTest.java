package dev.mayfly.testing;

import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SandboxContract;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxSpec;

/// The fake keeps what real engines promise, so that what is tested against it holds.
class FakeEngineContractTest extends SandboxContract {
    private final FakeEngine engine = new FakeEngine();

    @Override
    protected SandboxEngine engine() {
        return engine;
    }

    @Override
    protected SandboxSpec spec() {
        return TestEngine.runtime("python").spec("sha256:fake");
    }

    @Override
    protected PreparedProgram program(String program) {
        return TestEngine.program("python", program);
    }

    @Override
    protected Programs programs() {
        return new Programs() {
            @Override
            public String print(String text) {
                return "print " + text;
            }

            @Override
            public String printError(String text) {
                return "error " + text;
            }

            @Override
            public String exit(int code) {
                return "exit " + code;
            }

            @Override
            public String sleepLong() {
                return "sleep";
            }

            @Override
            public String flood(int bytes) {
                return "flood " + bytes;
            }

            @Override
            public String copyInput() {
                return "cat";
            }
        };
    }
}
