package dev.mayfly.runtime;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each language that is not optional finds errors of syntax without running the program; the others are in
/// `LanguagesContract`.
@NeedsRoot
class SyntaxCheckIT {
    private final List<LanguageRuntime> languages = TestEngine.RUNTIMES.all().stream().filter(runtime -> !runtime.optional() && isDefault(runtime)).toList();
    private LanguageRunner runner;

    /// Images of other versions are not built where nobody asks for them.
    private static boolean isDefault(LanguageRuntime runtime) {
        return TestEngine.runtime(runtime.name()).equals(runtime);
    }

    @BeforeEach
    void start() throws Exception {
        runner = new LanguageRunner(getClass(), languages);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        runner.close();
    }

    @TestFactory
    Stream<DynamicTest> errorsAreFound() {
        return languages.stream().map(runtime -> dynamicTest(runtime.name(), () -> runner.assertThatCheckFindsErrors(runtime)));
    }
}
