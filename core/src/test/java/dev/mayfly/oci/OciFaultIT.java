package dev.mayfly.oci;

import dev.mayfly.sandbox.FaultContract;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@NeedsRoot
class OciFaultIT extends FaultContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass(), "", READY);
    }

    @Override
    protected void killSandboxes() throws Exception {
        Path hierarchy = Path.of(ControlGroups.isUnified() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids");
        for (String sandbox : engine.containers()) {
            Path processes = hierarchy.resolve("mayfly/%s/cgroup.procs".formatted(sandbox));
            // one may be just being made
            for (String process : Files.exists(processes) ? Files.readAllLines(processes) : List.<String>of()) {
                ProcessHandle.of(Long.parseLong(process)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /// Whose hand it was, the kernel's for want of memory or an operator's, cannot be distinguished: the control group is
    /// gone with the sandbox.
    @Override
    protected Class<? extends Outcome> endOfAKilledSandbox() {
        return Outcome.OutOfMemory.class;
    }
}
