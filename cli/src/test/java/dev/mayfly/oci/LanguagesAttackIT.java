package dev.mayfly.oci;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;

/// Every folder of an optional language, whose images `runtimes/build --optional` builds.
@NeedsRoot
@TakesLong
class LanguagesAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    @Override
    protected boolean isAttackedIn(LanguageRuntime language) {
        return language.optional();
    }
}
