package dev.mayfly.oci;

import dev.mayfly.doctor.Attack;
import dev.mayfly.sandbox.AttackContract;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NeedsRoot
class OciAttackIT extends AttackContract {
    @Override
    protected TestEngine startEngine() {
        return TestEngine.oci(getClass());
    }

    static Stream<Attack> attacksOnACompiler() {
        return all().filter(attack -> attack.runtime().equals("c"));
    }

    @ParameterizedTest
    @MethodSource("attacksOnACompiler")
    void compilerHolds(Attack attack) throws Exception {
        holds(attack);
    }
}
