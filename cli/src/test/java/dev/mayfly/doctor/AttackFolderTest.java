package dev.mayfly.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks that are misnamed are not passed over.
class AttackFolderTest {
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
                # under docker on cgroup v1: not-held, because the engine does not ask
                print(2)
                # limits: pids=4
                """);
        Attack attack = AttackFolder.read(runtimes, TestEngine.RUNTIMES).getFirst();
        assertThat(attack.aim()).isEqualTo("Takes two of everything.");
        assertThat(attack.limits()).isEqualTo(Map.of(LimitAxis.MEMORY, 64L << 20, LimitAxis.WALL_TIME, 2000L));
        assertThat(attack.outcome()).isEqualTo("out_of_memory");
        assertThat(attack.elsewhere()).isEqualTo(Map.of("runsc", "exited-0", "docker on cgroup v1", "not-held"));
        assertThat(attack.outputs()).containsExactly("*.txt");
        assertThat(attack.bringsBack()).containsExactly("a.txt");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lua/attacks/memory/two.exited-0.lua | -- Takes two.\\n-- limits: memory=64m\\nlocal x
            php/attacks/memory/two.exited-0.php | <?php\\n// Takes two.\\n// limits: memory=64m\\n$x = 1;
            r/attacks/memory/two.exited-0.R     | # Takes two.\\n# limits: memory=64m\\nx <- 1
            """)
    void commentIsTheLanguages(String name, String code, @TempDir Path runtimes) throws Exception {
        Path file = runtimes.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, code.replace("\\n", "\n"));
        Attack attack = AttackFolder.read(runtimes, TestEngine.RUNTIMES).getFirst();
        assertThat(attack.aim()).isEqualTo("Takes two.");
        assertThat(attack.limits()).isEqualTo(Map.of(LimitAxis.MEMORY, 64L << 20));
    }
}
