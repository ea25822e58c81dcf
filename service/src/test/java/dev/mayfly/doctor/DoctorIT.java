package dev.mayfly.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The doctor sees what does not hold. Not in the JVM of other tests: it watches what its own keeps.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRoot
class DoctorIT {
    private TestEngine engine;
    private Doctor doctor;

    @BeforeAll
    void start() throws Exception {
        engine = TestEngine.oci(getClass());
        doctor = new Doctor(engine.engine(), "", TestEngine.RUNTIMES);
    }

    @AfterAll
    void stop() throws Exception {
        doctor.close();
        engine.close();
    }

    private List<String> troubles(String code, String outcome, List<String> outputs) throws Exception {
        var attack = new Attack("python", AttackCategory.ESCAPE, "x", "", code, Map.of(), outcome, Map.of(), outputs, List.of());
        return doctor.examine(attack).troubles();
    }

    @Test
    void reportsWhoseProcessesTheHostTakesThoseOfSandboxesFor() {
        assertThat(doctor.hostUsers()).startsWith("each sandbox has host users of its own");
        assertThat(Doctor.hostUsers(Set.of(7L), "0")).startsWith("all sandboxes are the host's user 7:");
    }

    @Test
    void reportsWhereTheImagesFilesAreNobodys() {
        assertThat(Doctor.hostUsers(Set.of(7L, 8L), "65534")).startsWith("each sandbox has host users of its own; in it the image's files are the user 65534's");
        assertThat(Doctor.hostUsers(Set.of(7L, 8L), "0")).isEqualTo("each sandbox has host users of its own");
    }

    @Test
    void whatHoldsIsNoTrouble() throws Exception {
        assertThat(troubles("import os; os._exit(3)", "exited-3", List.of())).isEmpty();
    }

    @Test
    void oneOfTheNamedOutcomesIsEnough() throws Exception {
        assertThat(troubles("import os; os._exit(3)", "out_of_memory or exited-3", List.of())).isEmpty();
        assertThat(troubles("import os; os._exit(3)", "out_of_memory or exited-0", List.of())).hasSize(1);
    }

    @Test
    void breachIsTroubleThoughTheOutcomeIsRight() throws Exception {
        assertThat(troubles("print('BREACH: root')", "exited-0", List.of())).containsExactly("BREACH: root");
    }

    @Test
    void otherOutcomeIsTroubleWithTheProgramsLastWords() throws Exception {
        assertThat(troubles("raise SystemExit('no way')", "exited-0", List.of()))
                .containsExactly("it ended with exited-1 instead of exited-0 (no way)");
    }

    @Test
    void fileThatShouldNotComeBackIsTrouble() throws Exception {
        assertThat(troubles("open('a.txt', 'w').write('x')", "exited-0", List.of("*.txt")))
                .containsExactly("it brought back [a.txt] instead of []");
    }

    @Test
    void neighboursRanBesideEveryAttack() throws Exception {
        var attack = new Attack("python", AttackCategory.TIME, "x", "", "print(1)", Map.of(), "exited-0", Map.of(), List.of(), List.of());
        assertThat(doctor.examine(attack).neighbours()).isNotEmpty();
    }
}
