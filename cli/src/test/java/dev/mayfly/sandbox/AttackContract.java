package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.doctor.Attack;
import dev.mayfly.doctor.AttackFolder;
import dev.mayfly.doctor.Doctor;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every attack of `runtimes/*/attacks` in the languages of the class, usually those that are not optional, gets the
/// outcome that its file's name has; its sandbox is gone, the service keeps nothing of it, and its neighbours run as
/// ever.
public abstract class AttackContract extends EngineContract {
    private Doctor doctor;

    /// The OCI runtime that was chosen; empty for the usual one.
    protected String ociRuntime() {
        return "";
    }

    @BeforeAll
    void callDoctor() throws Exception {
        doctor = new Doctor(engine.engine(), ociRuntime(), TestEngine.RUNTIMES);
    }

    /// Whether this class makes the attacks of a language.
    protected boolean isAttackedIn(LanguageRuntime language) {
        return !language.optional();
    }

    Stream<Attack> attacks() {
        return AttackFolder.read(Path.of("runtimes"), TestEngine.RUNTIMES).stream().filter(attack -> isAttackedIn(TestEngine.runtime(attack.runtime())));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void holds(Attack attack) throws Exception {
        assertThat(doctor.examine(attack).troubles()).isEmpty();
    }

    @AfterAll
    void sendDoctorHome() {
        doctor.close();
    }
}
