package dev.mayfly.cli;

import dev.mayfly.docker.DockerSettings;
import dev.mayfly.oci.UserRange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The variables that the command shares with the service, read as the service reads them. What is wrong is wrong use.
record Environment(Map<String, String> variables) {
    Environment {
        variables = Map.copyOf(variables);
    }

    /// What stands between commas.
    Set<String> words(String name) {
        return text(name).stream().flatMap(text -> Stream.of(text.split(",", -1))).map(String::strip).filter(word -> !word.isEmpty()).collect(Collectors.toSet());
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name)).filter(text -> !text.isBlank());
    }

    Path path(String name, Path otherwise) {
        return text(name).map(Path::of).orElse(otherwise);
    }

    Duration time(String name, Duration otherwise) {
        return text(name).map(text -> {
            try {
                Duration time = DurationConverter.parse(text.strip());
                if (time.isPositive()) {
                    return time;
                }
            } catch (IllegalArgumentException e) {
                // refused below
            }
            throw wrong(name, "a time such as 30S or 10M, longer than 0", text);
        }).orElse(otherwise);
    }

    long mebibytes(String name, long otherwise) {
        return text(name).map(text -> {
            try {
                long mebibytes = Long.parseLong(text.strip());
                if (mebibytes > 0 && mebibytes <= Long.MAX_VALUE >> 20) {
                    return mebibytes;
                }
            } catch (NumberFormatException e) {
                // refused below
            }
            throw wrong(name, "a whole number of MiB, at least 1", text);
        }).orElse(otherwise);
    }

    URI engineAddress(String name, URI otherwise) {
        return text(name).map(text -> {
            try {
                return DockerSettings.address(text);
            } catch (IllegalArgumentException e) {
                throw wrong(name, "unix:///PATH or tcp://HOST:PORT", text);
            }
        }).orElse(otherwise);
    }

    UserRange hostUsers(String name) {
        return text(name).map(text -> {
            try {
                return UserRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw wrong(name, "FIRST-LAST or none: " + e.getMessage(), text);
            }
        }).orElse(UserRange.DEFAULT);
    }

    /// Whether sandboxes are made without a Docker engine; empty where nobody said so.
    Optional<Boolean> withoutEngine() {
        return text("MAYFLY_ENGINE").map(engine -> switch (engine.strip().toLowerCase(Locale.ROOT)) {
            case "oci" -> true;
            case "docker" -> false;
            default -> throw wrong("MAYFLY_ENGINE", "docker or oci", engine);
        });
    }

    private static CliException wrong(String name, String expected, String value) {
        return new CliException(CliException.WRONG_USE, "%s must be %s; got %s".formatted(name, expected, value));
    }
}
