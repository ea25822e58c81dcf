package dev.mayfly.testing;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.ProcessSpec;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.Optional;

/// A sandbox in memory that is held, and starts no processes.
final class FakeHold implements HeldSandbox {
    @Override
    public Optional<HeldProcess> interpreter() {
        return Optional.empty();
    }

    @Override
    public HeldProcess start(ProcessSpec spec, ProcessListener listener) throws SandboxException {
        throw new SandboxException("not in memory", false);
    }

    @Override
    public Usage usage(Duration patience) {
        return Usage.NONE;
    }
}
