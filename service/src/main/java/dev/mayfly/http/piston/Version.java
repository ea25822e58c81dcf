package dev.mayfly.http.piston;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version in three parts, as clients compare them.
record Version(int major, int minor, int patch) implements Comparable<Version> {
    private static final int MAX_DIGITS = 9;
    private static final String NUMBER = "(\\d{1,%d})".formatted(MAX_DIGITS);
    private static final Pattern PARTS = Pattern.compile("%s(?:\\.%s)?(?:\\.%s)?.*".formatted(NUMBER, NUMBER, NUMBER));
    private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major).thenComparingInt(Version::minor).thenComparingInt(Version::patch);

    /// Of a runtime: parts that it does not have are 0.
    static Version of(String text) {
        Matcher parts = PARTS.matcher(text);
        return parts.matches() ? new Version(part(parts, 1), part(parts, 2), part(parts, 3)) : new Version(0, 0, 0);
    }

    private static int part(Matcher parts, int number) {
        return Optional.ofNullable(parts.group(number)).map(Integer::parseInt).orElse(0);
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, patch);
    }
}
