package dev.mayfly.sandbox;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;

/// One bounded resource. Amounts are whole numbers in the unit that the name gives; CPUs count in thousandths.
public enum LimitAxis {
    WALL_TIME("wallTimeMs", "wall-time", 10, 10_000, 300_000, 3_600_000),
    CPU_TIME("cpuTimeMs", "cpu-time", 10, 10_000, 300_000, 3_600_000),
    CPUS("cpus", "cpus", 50, 1000, 2000, 64_000),
    MEMORY("memoryBytes", "memory", 16L << 20, 256L << 20, 2L << 30, 64L << 30),
    PIDS("pids", "pids", 4, 64, 256, 32_768),
    OUTPUT("outputBytes", "output", 0, 1L << 20, 16L << 20, 1L << 30),
    DISK("diskBytes", "disk", 64L << 10, 64L << 20, 512L << 20, 16L << 30),
    OPEN_FILES("openFiles", "open-files", 32, 1024, 1024, 1024);

    private final String wireName;
    private final String optionName;
    private final long min;
    private final long usual;
    private final long usualCeiling;
    private final long max;

    LimitAxis(String wireName, String optionName, long min, long usual, long usualCeiling, long max) {
        this.wireName = wireName;
        this.optionName = optionName;
        this.min = min;
        this.usual = usual;
        this.usualCeiling = usualCeiling;
        this.max = max;
    }

    /// The name in JSON and YAML, with its unit.
    public String wireName() {
        return wireName;
    }

    /// The name at the command line, where the value carries the unit.
    public String optionName() {
        return optionName;
    }

    /// The smallest amount that a sandbox can live with.
    public long min() {
        return min;
    }

    /// What a submission gets that asks for nothing, in a runtime that says nothing else.
    public long usual() {
        return usual;
    }

    /// The most that a submission may ask for, in a runtime that says nothing else.
    public long usualCeiling() {
        return usualCeiling;
    }

    /// The largest amount that Mayfly can count.
    public long max() {
        return max;
    }

    public static Optional<LimitAxis> byWireName(String name) {
        return Arrays.stream(values()).filter(axis -> axis.wireName.equals(name)).findFirst();
    }

    public static Optional<LimitAxis> byOptionName(String name) {
        return Arrays.stream(values()).filter(axis -> axis.optionName.equals(name)).findFirst();
    }

    /// The amount that a wire number stands for. Throws `ArithmeticException` when it is not a whole number of our
    /// units.
    public long fromWire(BigDecimal value) {
        return (this == CPUS ? value.movePointRight(3) : value).longValueExact();
    }

    /// The number to show on the wire: CPUs as a decimal, everything else whole.
    public Number toWire(long amount) {
        if (this == CPUS) {
            return amount / 1000.0;
        }
        return amount;
    }
}
