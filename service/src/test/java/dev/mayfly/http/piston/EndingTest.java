package dev.mayfly.http.piston;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every outcome in Piston's terms.
class EndingTest {
    private static String of(Outcome outcome) {
        Ending ending = Ending.of(outcome);
        return "%s %s %s".formatted(ending.code(), ending.signal(), ending.status());
    }

    @Test
    void everyOutcomeHasItsStatus() {
        assertThat(of(new Outcome.Exited(0))).isEqualTo("0 null null");
        assertThat(of(new Outcome.Exited(3))).isEqualTo("3 null RE");
        assertThat(of(new Outcome.Signaled(11))).isEqualTo("null SIGSEGV SG");
        assertThat(of(new Outcome.TimedOut(Outcome.Clock.WALL_TIME, Duration.ofMillis(101), Duration.ofMillis(100)))).isEqualTo("null SIGKILL TO");
        assertThat(of(new Outcome.OutOfMemory(2, 1))).isEqualTo("null SIGKILL SG");
        assertThat(of(new Outcome.OutputLimit(2, 1))).isEqualTo("null SIGKILL OL");
        assertThat(of(new Outcome.Cancelled(Outcome.By.SHUTDOWN))).isEqualTo("null SIGKILL XX");
        assertThat(of(new Outcome.Failed("broken", true))).isEqualTo("null SIGKILL XX");
    }

    @Test
    void programThatDidNotCompileEndsAsItsCompiler() {
        assertThat(of(new Outcome.CompileFailed(new Outcome.Exited(1)))).isEqualTo("1 null RE");
        assertThat(of(new Outcome.CompileFailed(new Outcome.OutOfMemory(2, 1)))).isEqualTo("null SIGKILL SG");
        // what it made cannot be run
        assertThat(of(new Outcome.CompileFailed(new Outcome.Exited(0)))).isEqualTo("1 null RE");
    }

    @Test
    void onlySuccessHasNoMessage() {
        assertThat(Ending.of(new Outcome.Exited(0)).message()).isNull();
        for (Outcome outcome : List.of(new Outcome.Exited(1), new Outcome.Signaled(9), new Outcome.CompileFailed(new Outcome.Exited(1)), new Outcome.Failed("broken", false))) {
            assertThat(Ending.of(outcome).message()).isNotBlank();
        }
    }
}
