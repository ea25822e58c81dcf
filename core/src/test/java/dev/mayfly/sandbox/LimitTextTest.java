package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Units at the command line, and what is said when they are wrong.
class LimitTextTest {
    @ParameterizedTest
    @CsvSource({
        "memory=64m, memoryBytes, 67108864", "memory=1g, memoryBytes, 1073741824", "output=10k, outputBytes, 10240",
        "disk=5, diskBytes, 5", "wall-time=2s, wallTimeMs, 2000", "wall-time=1m, wallTimeMs, 60000", "cpu-time=500ms, cpuTimeMs, 500",
        "cpus=0.5, cpus, 0.5", "pids=32, pids, 32", "open-files=64, openFiles, 64", "wall-time=1.5s, wallTimeMs, 1500"
    })
    void valueCarriesItsUnit(String option, String name, String value) {
        var parsed = LimitText.parse(option);
        assertThat(parsed.getKey().wireName()).isEqualTo(name);
        assertThat(parsed.getValue()).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "memory=", "memory=x", "memory=64q", "memory=-1m", "speed=9", "pids=3s", "=4"})
    void wrongTextIsRefused(String option) {
        assertThatThrownBy(() -> LimitText.parse(option)).isInstanceOf(IllegalArgumentException.class);
    }
}
