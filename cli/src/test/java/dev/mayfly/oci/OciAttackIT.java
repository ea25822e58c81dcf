package dev.mayfly.oci;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;

/// The compiler of C, too.
@NeedsRoot
class OciAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    @Override
    protected boolean isAttackedIn(LanguageRuntime language) {
        return super.isAttackedIn(language) || language.name().equals("c");
    }
}
