package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a case should write to its standard output.
public record Expectation(String stdout, Comparison comparison) {
    private static final double TOLERANCE = 1e-6;
    private static final int LONGEST_NUMBER = 400;
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

    /// What counts as the same.
    public enum Comparison {
        /// Every byte.
        EXACT,
        /// White space at the ends of lines and of the text does not count.
        TRIMMED,
        /// Only the words count, and not the white space between them.
        TOKENS,
        /// As `TOKENS`; and two numbers are the same when they differ by at most a millionth, of the expected one where
        /// that is above 1.
        NUMERIC;

        /// Empty for an unknown name.
        public static Optional<Comparison> named(String wireName) {
            return Arrays.stream(values()).filter(comparison -> comparison.wireName().equals(wireName)).findFirst();
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One pass over both, without a copy of either's words: a program may have written many.
    public boolean isMetBy(byte[] written) {
        if (comparison == Comparison.EXACT) {
            return Arrays.equals(stdout.getBytes(UTF_8), written);
        }
        var expected = new Parts(stdout);
        var actual = new Parts(new String(written, UTF_8));
        boolean lines = comparison == Comparison.TRIMMED;
        while (true) {
            boolean more = lines ? expected.nextLine() : expected.nextToken();
            if (more != (lines ? actual.nextLine() : actual.nextToken())) {
                return false;
            }
            if (!more) {
                return true;
            }
            if (!expected.isSameAs(actual) && !(comparison == Comparison.NUMERIC && isClose(expected.part(), actual.part()))) {
                return false;
            }
        }
    }

    /// Walks over the lines or the words of a text.
    private static final class Parts {
        private final String text;
        private final int end;
        private int from;
        private int to;
        private int next;

        Parts(String text) {
            this.text = text;
            int last = text.length();
            while (last > 0 && Character.isWhitespace(text.charAt(last - 1))) {
                last--;
            }
            end = last;
        }

        boolean nextLine() {
            if (next >= end) {
                return false;
            }
            from = next;
            int newline = text.indexOf('\n', from);
            to = newline < 0 || newline > end ? end : newline;
            next = to + 1;
            while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
                to--;
            }
            return true;
        }

        boolean nextToken() {
            from = next;
            while (from < end && Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            to = from;
            while (to < end && !Character.isWhitespace(text.charAt(to))) {
                to++;
            }
            next = to;
            return to > from;
        }

        boolean isSameAs(Parts other) {
            return to - from == other.to - other.from && text.regionMatches(from, other.text, other.from, to - from);
        }

        /// Empty where it is too long for a number.
        String part() {
            return to - from > LONGEST_NUMBER ? "" : text.substring(from, to);
        }
    }

    private static boolean isClose(String expected, String actual) {
        if (!NUMBER.matcher(expected).matches() || !NUMBER.matcher(actual).matches()) {
            return false;
        }
        double wanted = Double.parseDouble(expected);
        double got = Double.parseDouble(actual);
        return Double.isFinite(wanted) && Double.isFinite(got) && Math.abs(wanted - got) <= TOLERANCE * Math.max(1, Math.abs(wanted));
    }
}
