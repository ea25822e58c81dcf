package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Code that is typed is asked for until it is whole.
class TypedLinesTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "", "x = {'a': 1}", "print('(')", "if x: print(1)", "'''a\nb'''", "''", "def f():\n  return 1\n", "for (const x of [1]) { x }", "'a\\'('", "!ls (", "%put (", "f(\n1)", "@d\ndef f(): pass\n"})
    void wholeCodeRuns(String code) {
        assertThat(TypedLines.WholeCode.isWhole(code)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"def f():", "def f():\n  return 1", "f(", "[1,\n2", "x = 1 + \\", "`${a", "'''a", "x = \"\"\"a\nb", "@d", "if (x) {"})
    void codeThatGoesOnIsAskedFor(String code) {
        assertThat(TypedLines.WholeCode.isWhole(code)).isFalse();
    }
}
