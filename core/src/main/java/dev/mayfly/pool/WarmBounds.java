package dev.mayfly.pool;

/// How many sandboxes of one spec wait at least and at most; demand decides in between. With a least of none, one waits
/// for as long as others were asked for lately.
public record WarmBounds(int min, int max) {
    static final WarmBounds ON_DEMAND = new WarmBounds(0, 0);

    public WarmBounds {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("0 <= min <= max, not min=%d max=%d".formatted(min, max));
        }
    }

    /// With none that waits while nobody asks.
    public WarmBounds whileUsed() {
        return new WarmBounds(0, max);
    }
}
