package dev.mayfly.wiring;

import dev.mayfly.docker.DockerSettings;
import dev.mayfly.webhook.Network;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/// What settings accept beyond their types, so that a slip is refused at the start and not found later. The message of
/// a refusal goes on from the setting's name.
public final class Accepts {
    private Accepts() {}

    private static long whole(String value, long least, long most) {
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw refusal("a whole number between %d and %d".formatted(least, most));
    }

    private static IllegalArgumentException refusal(String expected) {
        return new IllegalArgumentException("must be " + expected);
    }

    public static final class Count implements Converter<Integer> {
        @Override
        public Integer convert(String value) {
            return (int) whole(value, 1, Integer.MAX_VALUE);
        }
    }

    public static final class CountOrNone implements Converter<Integer> {
        @Override
        public Integer convert(String value) {
            return (int) whole(value, 0, Integer.MAX_VALUE);
        }
    }

    /// Many, but so few that they are a number of bytes.
    public static final class Mebibytes implements Converter<Long> {
        @Override
        public Long convert(String value) {
            return whole(value, 1, Long.MAX_VALUE >> 20);
        }
    }

    public static final class MebibytesOrNone implements Converter<Long> {
        @Override
        public Long convert(String value) {
            return whole(value, 0, Long.MAX_VALUE >> 20);
        }
    }

    /// What an array can hold.
    public static final class ArrayMebibytes implements Converter<Integer> {
        private static final int MOST = 1024;

        @Override
        public Integer convert(String value) {
            return (int) whole(value, 1, MOST);
        }
    }

    /// Of a topic's partitions; -1 is the broker's default.
    public static final class Replication implements Converter<Short> {
        @Override
        public Short convert(String value) {
            short copies = (short) whole(value, -1, Short.MAX_VALUE);
            if (copies == 0) {
                throw refusal("-1, for the broker's default, or at least 1");
            }
            return copies;
        }
    }

    private static Duration time(String value, boolean none) {
        try {
            Duration time = new DurationConverter().convert(value.strip());
            if (time != null && (time.isPositive() || (none && time.isZero()))) {
                return time;
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw refusal("a time such as 30S or 10M" + (none ? "" : ", longer than 0"));
    }

    public static final class Time implements Converter<Duration> {
        @Override
        public Duration convert(String value) {
            return time(value, false);
        }
    }

    public static final class TimeOrNone implements Converter<Duration> {
        @Override
        public Duration convert(String value) {
            return time(value, true);
        }
    }

    /// Everything else would be `false` in silence.
    public static final class YesOrNo implements Converter<Boolean> {
        private static final Set<String> YES = Set.of("true", "yes", "on", "1", "y", "t");
        private static final Set<String> NO = Set.of("false", "no", "off", "0", "n", "f");

        @Override
        public Boolean convert(String value) {
            String word = value.strip().toLowerCase(Locale.ROOT);
            if (!YES.contains(word) && !NO.contains(word)) {
                throw refusal("true or false");
            }
            return YES.contains(word);
        }
    }

    public static final class Rate implements Converter<Double> {
        private static final double LEAST = 0.01;

        @Override
        public Double convert(String value) {
            try {
                double rate = Double.parseDouble(value);
                if (rate >= LEAST && rate < Double.POSITIVE_INFINITY) {
                    return rate;
                }
            } catch (NumberFormatException e) {
                // refused below
            }
            throw refusal("a number of at least " + LEAST);
        }
    }

    public static final class OneEngine implements Converter<MayflyConfig.Engine> {
        @Override
        public MayflyConfig.Engine convert(String value) {
            return switch (value.strip().toLowerCase(Locale.ROOT)) {
                case "docker" -> MayflyConfig.Engine.DOCKER;
                case "oci" -> MayflyConfig.Engine.OCI;
                default -> throw refusal("docker or oci");
            };
        }
    }

    public static final class EngineAddress implements Converter<String> {
        @Override
        public String convert(String value) {
            try {
                return DockerSettings.address(value).toString();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be unix:///PATH or tcp://HOST:PORT", e);
            }
        }
    }

    public static final class StoreUrl implements Converter<String> {
        private static final Pattern URL = Pattern.compile("sqlite:.+|jdbc:postgresql:.+");

        @Override
        public String convert(String value) {
            if (!URL.matcher(value).matches()) {
                throw refusal("sqlite:FILE or jdbc:postgresql://HOST:PORT/NAME");
            }
            return value;
        }
    }

    public static final class NetworkText implements Converter<String> {
        @Override
        public String convert(String value) {
            try {
                Network.of(value.strip());
                return value.strip();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be networks such as 10.1.0.0/16,fd00::/8", e);
            }
        }
    }

    /// Of topics, as Kafka takes them.
    public static final class TopicName implements Converter<String> {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

        @Override
        public String convert(String value) {
            if (!NAME.matcher(value).matches()) {
                throw refusal("1 to 200 letters, digits, dots, underscores or hyphens");
            }
            return value;
        }
    }
}
