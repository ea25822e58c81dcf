package dev.mayfly.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.IsolationContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import org.junit.jupiter.api.Test;

@NeedsRoot
class OciIsolationIT extends IsolationContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    @Test
    void controlGroupsTellNothingOfTheHost() throws Exception {
        String groups = engine.run("python", "print(open('/proc/self/cgroup').read(), end='')").stdout();
        assertThat(groups.lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
    }
}
