package dev.mayfly.pool;

/// How many sandboxes of one spec wait at least and at most; demand decides in between.
public record WarmTarget(int min, int max) {
    static final WarmTarget ON_DEMAND = new WarmTarget(0, 0);

    public WarmTarget {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("0 <= min <= max, not min=%d max=%d".formatted(min, max));
        }
    }
}
