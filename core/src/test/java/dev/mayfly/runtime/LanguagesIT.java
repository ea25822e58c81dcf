package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every folder of an optional language, or of those that the property `mayfly.languages` names.
@NeedsRoot
@TakesLong
class LanguagesIT extends LanguagesContract {
    private static final int SANDBOXES = 40;

    @Override
    protected List<LanguageRuntime> languages() {
        Set<String> wanted = Set.of(System.getProperty("mayfly.languages", "").split(","));
        return TestEngine.RUNTIMES.all().stream().filter(LanguageRuntime::optional).filter(runtime -> wanted.contains("") || wanted.contains(runtime.name())).toList();
    }

    /// NumPy is in the snapshot; its generators are those of each interpreter.
    @Test
    void numbersOfNumpyAreDrawnAgainInEverySandbox() throws Exception {
        assumeTrue(languages().contains(TestEngine.runtime("python-data")), "not asked for");
        Set<String> drawn = new HashSet<>();
        try (TestEngine engine = TestEngine.oci(LanguagesIT.class)) {
            for (int i = 0; i < SANDBOXES; i++) {
                TestEngine.Ran ran = engine.run("python-data", """
                        import numpy, pandas
                        print(numpy.random.rand(), numpy.random.default_rng().random(), pandas.Series(range(1000)).sample().iloc[0] + numpy.random.rand(), sep='\\n')
                        """);
                assertThat(ran.stderr()).isEmpty();
                drawn.addAll(ran.stdout().lines().toList());
            }
        }
        assertThat(drawn).hasSize(3 * SANDBOXES);
    }
}
