package dev.mayfly.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `15s`, `0.5s`, `2m`, `1h30m`, and what else the service reads in its settings: `15` (seconds), `500ms`, `1d`,
/// `PT15S`.
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern WHOLE = Pattern.compile("([0-9]+)(MS|D|)");

    @Override
    public Duration convert(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("a duration must be written as 15s or 2m; got '%s'".formatted(text));
        }
    }

    /// Throws `IllegalArgumentException` where there is none.
    static Duration parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        Matcher whole = WHOLE.matcher(upper);
        try {
            if (whole.matches()) {
                long number = Long.parseLong(whole.group(1));
                return switch (whole.group(2)) {
                    case "MS" -> Duration.ofMillis(number);
                    case "D" -> Duration.ofDays(number);
                    default -> Duration.ofSeconds(number);
                };
            }
            return Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("not a duration: " + text, e);
        }
    }
}
