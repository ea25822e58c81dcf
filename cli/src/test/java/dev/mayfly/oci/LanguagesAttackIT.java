package dev.mayfly.oci;

import dev.mayfly.doctor.Attack;
import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every folder of an optional language, whose images `runtimes/build --optional` builds.
@NeedsRoot
@TakesLong
class LanguagesAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    static Stream<Attack> attacksOfLanguages() {
        return all().filter(attack -> TestEngine.runtime(attack.runtime()).optional());
    }

    @ParameterizedTest
    @MethodSource("attacksOfLanguages")
    void languageHolds(Attack attack) throws Exception {
        holds(attack);
    }
}
