package dev.mayfly.runtime;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.util.List;

/// A language that compiles, and one that may.
@NeedsRoot
class CompileIT extends LanguagesContract {
    @Override
    protected List<LanguageRuntime> languages() {
        return List.of(TestEngine.runtime("c"), TestEngine.runtime("typescript"));
    }
}
