package dev.mayfly.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The figures and their plots as one HTML page that needs nothing else.
public final class Report {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int MARGIN = 48;
    private static final int TICKS = 4;
    private static final List<String> COLOURS = List.of("#0b6e99", "#c4550a", "#3a7d3a", "#7a3e9d");

    private Report() {}

    public static String html(String machine, Map<String, Result> results) {
        String scenarios = results.entrySet().stream().map(each -> scenario(each.getKey(), each.getValue())).collect(Collectors.joining());
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>mayfly bench</title>
                <style>
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
                table { border-collapse: collapse; } td, th { padding: .2em .8em .2em 0; text-align: left; border-bottom: 1px solid #ddd; }
                .missed { color: #b00020; font-weight: bold; } svg text { font: 12px system-ui, sans-serif; }
                </style></head>
                <body><h1>mayfly bench</h1><p>%s</p>
                %s</body></html>
                """.formatted(escaped(machine), scenarios);
    }

    private static String scenario(String name, Result result) {
        String rows = result.figures().stream().map(Report::row).collect(Collectors.joining());
        String plots = result.plots().stream().map(Report::svg).collect(Collectors.joining());
        return """
                <h2>%s</h2>
                <table><tr><th>figure<th>measured<th>baseline, same run<th>ratio<th>bound<th>reached</tr>
                %s</table>
                %s""".formatted(escaped(name), rows, plots);
    }

    private static String row(Figure figure) {
        return "<tr><td>%s<td>%s<td>%s<td>%s<td>%s<td class=\"%s\">%s</tr>%n".formatted(
                escaped(figure.name()), escaped(figure.measured()), escaped(figure.baseline()), figure.ratioText(), escaped(figure.bound()),
                figure.reached() ? "" : "missed", figure.reached() ? "yes" : "no");
    }

    private static String svg(Plot plot) {
        double maxX = max(plot, 0);
        double maxY = max(plot, 1);
        var svg = new StringBuilder("<h3>%s</h3>%n<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">%n".formatted(
                escaped(plot.title()), WIDTH, HEIGHT, WIDTH));
        for (int tick = 0; tick <= TICKS; tick++) {
            double share = tick / (double) TICKS;
            svg.append("<path d=\"M%d %dH%d\" stroke=\"#ddd\"/>".formatted(x(0), y(share), WIDTH - MARGIN));
            svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>".formatted(x(0) - 6, y(share) + 4, number(maxY * share)));
            svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>".formatted(x(share), y(0) + 16, number(maxX * share)));
        }
        svg.append("<text x=\"%d\" y=\"14\">%s</text>".formatted(4, escaped(plot.y())));
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>".formatted(x(0.5), y(0) + 34, escaped(plot.x())));
        int number = 0;
        for (var curve : plot.curves().entrySet()) {
            String colour = COLOURS.get(number % COLOURS.size());
            String points = curve.getValue().stream()
                    .map(point -> "%d,%d".formatted(x(point[0] / maxX), y(point[1] / maxY)))
                    .collect(Collectors.joining(" "));
            svg.append("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>".formatted(colour, points));
            svg.append("<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n".formatted(x(0) + 12, MARGIN + 16 * number, colour, escaped(curve.getKey())));
            number++;
        }
        return svg.append("</svg>\n").toString();
    }

    private static double max(Plot plot, int axis) {
        double max = plot.curves().values().stream().flatMap(List::stream).mapToDouble(point -> point[axis]).max().orElse(0);
        return max > 0 ? max : 1;
    }

    private static long x(double share) {
        return Math.round(MARGIN + share * (WIDTH - 2 * MARGIN));
    }

    private static long y(double share) {
        return Math.round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN));
    }

    private static String number(double value) {
        return value < 10 ? "%.1f".formatted(value) : "%.0f".formatted(value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
