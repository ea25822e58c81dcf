package dev.mayfly.http.piston;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of versions as npm's semver writes them: `3.13.0`, `3`, `3.x`, `*`, `>=3.11 <4`, `^3.11`, `~3.13`,
/// `3.9 - 3.13`, `18 || 20`. https://github.com/npm/node-semver#ranges
///
/// Versions of runtimes have no pre-release, nor do ranges here.
record VersionRange(List<Predicate<Version>> alternatives) {
    private static final int MAX_LENGTH = 256;
    private static final String PART = "(\\d{1,9}|[xX*])";
    private static final String PARTIAL = "v?%s(?:\\.%s)?(?:\\.%s)?".formatted(PART, PART, PART);
    private static final Pattern COMPARATOR = Pattern.compile("(>=|<=|>|<|=|\\^|~>?)?" + PARTIAL);
    private static final Pattern HYPHEN = Pattern.compile("%s\\s+-\\s+%s".formatted(PARTIAL, PARTIAL));
    private static final Pattern OPERATOR = Pattern.compile("(>=|<=|>|<|=|\\^|~>?)\\s+");
    private static final int PARTS = 3;

    /// Empty when it is not a range.
    static Optional<VersionRange> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<Predicate<Version>> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|", -1)) {
            Optional<Predicate<Version>> parsed = alternative(alternative.strip());
            if (parsed.isEmpty()) {
                return Optional.empty();
            }
            alternatives.add(parsed.get());
        }
        return Optional.of(new VersionRange(alternatives));
    }

    boolean contains(Version version) {
        return alternatives.stream().anyMatch(alternative -> alternative.test(version));
    }

    /// All of its comparators.
    private static Optional<Predicate<Version>> alternative(String text) {
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            var first = Partial.of(hyphen, 1);
            var last = Partial.of(hyphen, 1 + PARTS);
            return Optional.of(version -> first.begins(version) && last.ends(version));
        }
        Predicate<Version> all = version -> true;
        for (String word : OPERATOR.matcher(text).replaceAll("$1").split("\\s+", -1)) {
            Matcher comparator = COMPARATOR.matcher(word);
            if (comparator.matches()) {
                all = all.and(comparator(String.valueOf(comparator.group(1)), Partial.of(comparator, 2)));
            } else if (!word.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(all);
    }

    private static Predicate<Version> comparator(String operator, Partial partial) {
        return switch (operator) {
            case ">=" -> partial::begins;
            case ">" -> version -> !partial.ends(version);
            case "<" -> version -> !partial.begins(version);
            case "<=" -> partial::ends;
            case "^" -> version -> partial.begins(version) && partial.isWithin(version, partial.compatible());
            case "~", "~>" -> version -> partial.begins(version) && partial.isWithin(version, 2);
            default -> version -> partial.isWithin(version, PARTS);
        };
    }

    /// A version of which only the first parts may be given.
    ///
    /// @param given how many
    private record Partial(Version lowest, int given) {
        static Partial of(Matcher parts, int first) {
            int[] numbers = new int[PARTS];
            int given = 0;
            while (given < PARTS && parts.group(first + given) != null && Character.isDigit(parts.group(first + given).charAt(0))) {
                numbers[given] = Integer.parseInt(parts.group(first + given));
                given++;
            }
            return new Partial(new Version(numbers[0], numbers[1], numbers[2]), given);
        }

        /// Whether a range from here on has this version.
        boolean begins(Version version) {
            return version.compareTo(lowest) >= 0;
        }

        /// Whether a range up to here has it: also what the missing parts leave open.
        boolean ends(Version version) {
            return version.compareTo(lowest) <= 0 || isWithin(version, PARTS);
        }

        /// Up to the first part that is not 0.
        int compatible() {
            return lowest.major() > 0 ? 1 : lowest.minor() > 0 ? 2 : PARTS;
        }

        /// Whether so many parts, as far as they are given, are the same.
        boolean isWithin(Version version, int parts) {
            int same = Math.min(parts, given);
            return (same < 1 || version.major() == lowest.major()) && (same < 2 || version.minor() == lowest.minor()) && (same < PARTS || version.patch() == lowest.patch());
        }
    }
}
