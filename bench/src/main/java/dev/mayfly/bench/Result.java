package dev.mayfly.bench;

import java.util.List;

/// What came of one scenario.
public record Result(List<Figure> figures, List<Plot> plots) {
    static Result of(Figure... figures) {
        return new Result(List.of(figures), List.of());
    }

    Result with(Plot... drawn) {
        return new Result(figures, List.of(drawn));
    }
}
