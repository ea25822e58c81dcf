package dev.mayfly.sandbox;

/// How large a terminal is, in characters.
public record WindowSize(int rows, int cols) {
    public static final int MAX = 10_000;

    public WindowSize {
        requireSize("rows", rows);
        requireSize("cols", cols);
    }

    private static void requireSize(String name, int size) {
        if (size < 1 || size > MAX) {
            throw new IllegalArgumentException("%s must be between 1 and %d; got %d".formatted(name, MAX, size));
        }
    }
}
