package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a case should write to its standard output.
public record Expectation(String stdout, Comparison comparison) {
    private static final double TOLERANCE = 1e-6;

    /// What counts as the same.
    public enum Comparison {
        /// Every byte.
        EXACT,
        /// White space at the ends of lines and empty lines at the end do not count.
        TRIMMED,
        /// Only the words count, and not the white space between them.
        TOKENS,
        /// As `TOKENS`; and two numbers are the same when they differ by at most a millionth, of the expected one where
        /// that is above 1.
        NUMERIC;

        /// Empty for a name that is none.
        public static Optional<Comparison> named(String wireName) {
            return Arrays.stream(values()).filter(comparison -> comparison.wireName().equals(wireName)).findFirst();
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isMetBy(byte[] written) {
        String actual = new String(written, UTF_8);
        return switch (comparison) {
            case EXACT -> Arrays.equals(stdout.getBytes(UTF_8), written);
            case TRIMMED -> trimmed(stdout).equals(trimmed(actual));
            case TOKENS -> tokens(stdout).equals(tokens(actual));
            case NUMERIC -> isClose(tokens(stdout), tokens(actual));
        };
    }

    private static String trimmed(String text) {
        return String.join("\n", text.lines().map(String::stripTrailing).toList()).stripTrailing();
    }

    private static List<String> tokens(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private static boolean isClose(List<String> expected, List<String> actual) {
        if (expected.size() != actual.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(actual.get(i)) && !isClose(number(expected.get(i)), number(actual.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClose(OptionalDouble expected, OptionalDouble actual) {
        return expected.isPresent() && actual.isPresent()
                && Math.abs(expected.getAsDouble() - actual.getAsDouble()) <= TOLERANCE * Math.max(1, Math.abs(expected.getAsDouble()));
    }

    private static OptionalDouble number(String token) {
        try {
            return OptionalDouble.of(Double.parseDouble(token));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
