package dev.mayfly.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.load.Installation.Model;
import dev.mayfly.load.Installation.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The simulation against what queueing theory says.
class InstallationTest {
    private static final double SECONDS = 2000;

    private static Model nodes(int nodes, double cores, double fixedMillis, double programMillis) {
        return new Model(nodes, cores, fixedMillis, programMillis, 0, 1, 0, 0, 1);
    }

    /// M/M/1: the time in the system is exponential, with a mean of the service time ÷ (1 − load).
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.8})
    void oneCoreAndProgramsOfAllLengthsIsMM1(double load) {
        Report report = Installation.open(nodes(1, 1, 0, 10), 100 * load, SECONDS);
        assertThat(report.p50Millis()).isCloseTo(10 / (1 - load) * Math.log(2), within(2 / (1 - load) * 0.4));
        assertThat(report.nodes()).isCloseTo(load, within(0.02));
        assertThat(report.perSecond()).isCloseTo(100 * load, within(2.0));
    }

    /// Callers enough keep every core busy: then it is cores ÷ cost.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10})
    void fullLoadIsCoresByCost(int nodes) {
        Report report = Installation.closed(nodes(nodes, 0.5, 10, 0), 8 * nodes, 60);
        assertThat(report.perSecond()).isCloseTo(nodes * 50.0, within(nodes * 0.5));
        assertThat(report.nodes()).isCloseTo(1, within(0.01));
    }

    @Test
    void whatIsBusiestIsNamed() {
        assertThat(Installation.open(nodes(2, 4, 10, 0), 500, 20).busiest()).isEqualTo("the nodes' cores");
        assertThat(Installation.open(new Model(8, 16, 1, 0, 0.1, 1, 1, 3, 2), 500, 20).busiest()).isEqualTo("the database");
        assertThat(Installation.open(new Model(8, 16, 1, 0, 1.5, 1, 0, 3, 2), 500, 20).busiest()).isEqualTo("the entrance");
    }

    @Test
    void requestsGoToTheNodeWithTheFewest() {
        Report report = Installation.open(nodes(4, 1, 10, 0), 200, 200);
        Report alone = Installation.open(nodes(1, 1, 10, 0), 50, 200);
        assertThat(report.p99Millis()).isLessThan(alone.p99Millis() / 1.5);
    }
}
