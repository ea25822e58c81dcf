package dev.mayfly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Samples samples(int... millis) {
        var samples = new Samples();
        for (int each : millis) {
            samples.add(each * 1_000_000L);
        }
        return samples;
    }

    @Test
    void quantilesAreThoseOfTheSortedSamples() {
        Samples samples = samples(40, 10, 30, 20);
        assertThat(samples.medianMillis()).isEqualTo(30);
        assertThat(samples.quantileMillis(0)).isEqualTo(10);
        assertThat(samples.quantileMillis(0.99)).isEqualTo(40);
    }

    @Test
    void figureIsReachedOnItsBoundAndMissedBeyondIt() {
        assertThat(Figure.atMost(0.5, "p50", 5, "bare", 10).reached()).isTrue();
        assertThat(Figure.atMost(0.5, "p50", 6, "bare", 10).reached()).isFalse();
        assertThat(Figure.atLeast(4, "rate", 40, "engine", 10).reached()).isTrue();
        assertThat(Figure.atLeast(4, "rate", 39, "engine", 10).reached()).isFalse();
    }

    @Test
    void pageHasEveryFigureAndAPointForEachQuantile() {
        Plot plot = Plot.quantiles("Latency", Map.of("mayfly <1>", samples(1, 2)));
        String page = Report.html("2 cores & more", Map.of("latency", new Result(List.of(Figure.atMost(0.5, "p50 < p99", 6, "bare", 10)), List.of(plot))));
        assertThat(page)
                .contains("2 cores &amp; more", "<td>p50 &lt; p99<td>", "<td class=\"missed\">no", "mayfly &lt;1&gt;</text>")
                .containsPattern("points=\"48,130( \\d+,\\d+){98} 592,48\"");
    }

    @Test
    void plotOfNothingButZerosStaysOnItsAxis() {
        var plot = new Plot("Nothing", "minutes", "files", Map.of("none", List.of(new double[] {0, 0}, new double[] {1, 0})));
        assertThat(Report.html("", Map.of("soak", Result.of().with(plot)))).contains("points=\"48,212 592,212\"");
    }
}
