package dev.mayfly.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The doctor sees what does not hold, and attacks that are misnamed are not passed over.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorTest {
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
        var attack = new Attack("python", Wall.ESCAPE, "x", "", code, Map.of(), outcome, outcome, outputs, List.of());
        return doctor.examine(attack).troubles();
    }

    @Test
    void whatHoldsIsNoTrouble() throws Exception {
        assertThat(troubles("import os; os._exit(3)", "exited-3", List.of())).isEmpty();
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
        var attack = new Attack("python", Wall.TIME, "x", "", "print(1)", Map.of(), "exited-0", "exited-0", List.of(), List.of());
        assertThat(doctor.examine(attack).neighbours()).isNotEmpty();
    }

    @Test
    void growthBeyondTheLeewayIsTold() {
        var before = new Vitals(20 << 20, 20, 60);
        assertThat(new Vitals(44 << 20, 28, 68).growthSince(before)).isEmpty();
        assertThat(new Vitals(45 << 20, 29, 69).growthSince(before)).containsExactly(
                "heap grew from 20 to 45 MiB", "threads grew from 20 to 29", "open files grew from 60 to 69");
    }

    @ParameterizedTest
    @ValueSource(strings = {"escape/Upper.exited-0.py", "escape/no-outcome.py", "escape/odd.crashed.py", "elsewhere/x.exited-0.py"})
    void misnamedAttackIsAnError(String name, @TempDir Path runtimes) throws Exception {
        Path file = runtimes.resolve("python/attacks").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# Nothing.\n");
        assertThatThrownBy(() -> AttackFolder.read(runtimes, TestEngine.RUNTIMES)).hasMessageContaining(name);
    }

    @Test
    void commentTellsWhatBelongsToAnAttack(@TempDir Path runtimes) throws Exception {
        Path file = runtimes.resolve("python/attacks/memory/two.out_of_memory.py");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                # Takes two of everything.
                # limits: memory=64m wall-time=2s
                # outputs: *.txt
                # brings-back: a.txt
                # under runsc: exited-0, because nobody counts there
                print(2)
                # limits: pids=4
                """);
        Attack attack = AttackFolder.read(runtimes, TestEngine.RUNTIMES).getFirst();
        assertThat(attack.aim()).isEqualTo("Takes two of everything.");
        assertThat(attack.limits()).isEqualTo(Map.of(LimitAxis.MEMORY, 64L << 20, LimitAxis.WALL_TIME, 2000L));
        assertThat(attack.outcome()).isEqualTo("out_of_memory");
        assertThat(attack.underGvisor()).isEqualTo("exited-0");
        assertThat(attack.outputs()).containsExactly("*.txt");
        assertThat(attack.bringsBack()).containsExactly("a.txt");
    }
}
