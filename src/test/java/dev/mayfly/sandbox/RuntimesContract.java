package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.testing.TestEngine;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every folder of `runtimes/` is a language that works: adding one needs no other change.
public abstract class RuntimesContract extends EngineContract {
    static Stream<LanguageRuntime> runtimes() {
        assertThat(TestEngine.RUNTIMES.all()).hasSizeGreaterThanOrEqualTo(3);
        return TestEngine.RUNTIMES.all().stream();
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void helloRuns(LanguageRuntime runtime) throws Exception {
        var ran = engine.run(runtime.id(), runtime.hello().code());
        assertThat(ran.stdout()).isEqualTo(runtime.hello().stdout());
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(ran.run().usage().peakPids()).isPositive();
    }
}
