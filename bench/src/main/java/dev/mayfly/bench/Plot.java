package dev.mayfly.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Curves over one axis; a curve is a list of points, x first.
///
/// @param x what the horizontal axis counts, with its unit
/// @param y what the vertical axis counts, with its unit; it begins at 0
public record Plot(String title, String x, String y, Map<String, List<double[]>> curves) {
    private static final int POINTS = 100;

    /// How long the quickest so-and-so many per cent took, up to the 99th.
    static Plot quantiles(String title, Map<String, Samples> samples) {
        Map<String, List<double[]>> curves = new LinkedHashMap<>();
        samples.forEach((name, each) -> {
            List<double[]> points = new ArrayList<>();
            for (int percent = 0; percent < POINTS; percent++) {
                points.add(new double[] {percent, each.quantileMillis(percent / (double) POINTS)});
            }
            curves.put(name, points);
        });
        return new Plot(title, "quantile, %", "ms", curves);
    }
}
