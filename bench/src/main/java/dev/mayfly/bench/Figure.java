package dev.mayfly.bench;

/// One line of the table.
///
/// @param ratio measured ÷ baseline, or ÷ its bound where there is no baseline
/// @param reached whether it keeps its bound
public record Figure(String name, String measured, String baseline, double ratio, String bound, boolean reached) {
    static final String NO_BASELINE = "–";

    /// As it stands in a table.
    public String ratioText() {
        return baseline.equals(NO_BASELINE) ? NO_BASELINE : "%.2f".formatted(ratio);
    }

    static Figure reported(String name, String measured) {
        return new Figure(name, measured, NO_BASELINE, 0, "reported", true);
    }

    /// A duration beside its baseline's.
    static Figure atMost(double bound, String name, double millis, String baselineName, double baselineMillis) {
        double ratio = millis / baselineMillis;
        return new Figure(name, "%.1f ms".formatted(millis), "%s %.1f ms".formatted(baselineName, baselineMillis), ratio, "≤ " + bound, ratio <= bound);
    }

    /// A rate beside its baseline's.
    static Figure atLeast(double bound, String name, double rate, String baselineName, double baselineRate) {
        double ratio = rate / baselineRate;
        return new Figure(name, "%.1f /s".formatted(rate), "%s %.1f /s".formatted(baselineName, baselineRate), ratio, "≥ " + bound, ratio >= bound);
    }
}
