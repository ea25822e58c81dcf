package dev.mayfly.sandbox;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Limits as people write them: `memory=64m`, `wall-time=2s`, `cpus=0.5`.
public final class LimitText {
    private static final Pattern VALUE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([a-z]*)");
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "b", 1L, "k", 1L << 10, "kb", 1L << 10, "m", 1L << 20, "mb", 1L << 20, "g", 1L << 30, "gb", 1L << 30);
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "min", 60_000L);

    private LimitText() {}

    /// The axis and the number that stands for the amount on the wire. Throws `IllegalArgumentException` when the name
    /// or the value is none.
    public static Map.Entry<LimitAxis, BigDecimal> parse(String option) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        LimitAxis axis = LimitAxis.byOptionName(name).orElseThrow(() -> wrong("unknown limit %s; the limits are %s".formatted(name, names())));
        Matcher value = VALUE.matcher(equals < 0 ? "" : option.substring(equals + 1));
        if (!value.matches()) {
            throw wrong("limit %s needs a number and a unit, as %s".formatted(name, example(axis)));
        }
        Long factor = units(axis).get(value.group(2));
        if (factor == null) {
            throw wrong("limit %s has no unit '%s'; write it as %s".formatted(name, value.group(2), example(axis)));
        }
        return Map.entry(axis, new BigDecimal(value.group(1)).multiply(BigDecimal.valueOf(factor)));
    }

    private static Map<String, Long> units(LimitAxis axis) {
        return switch (axis) {
            case WALL_TIME, CPU_TIME -> MILLIS;
            case MEMORY, OUTPUT, DISK -> BYTES;
            case CPUS, PIDS, OPEN_FILES -> Map.of("", 1L);
        };
    }

    private static String example(LimitAxis axis) {
        String value =
                switch (axis) {
                    case WALL_TIME, CPU_TIME -> "2s";
                    case MEMORY, OUTPUT, DISK -> "64m";
                    case CPUS -> "0.5";
                    case PIDS, OPEN_FILES -> "32";
                };
        return axis.optionName() + "=" + value;
    }

    private static String names() {
        return Arrays.stream(LimitAxis.values()).map(LimitAxis::optionName).collect(Collectors.joining(", "));
    }

    private static IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException(message);
    }
}
