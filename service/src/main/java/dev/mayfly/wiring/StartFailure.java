package dev.mayfly.wiring;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Why the service did not start, in words for its operator: a line for each setting that is wrong.
///
/// @param lines none where the reason is not known, and a stack trace has to do
record StartFailure(int exitCode, List<String> lines) {
    private static final int WRONG_SETTING = 2;
    private static final int PORT_TAKEN = 69;
    private static final int OUR_BUG = 70;

    private static final Pattern CONVERSION = Pattern.compile("SRCFG00039: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)", Pattern.DOTALL);
    private static final Pattern EMPTY = Pattern.compile("SRCFG00040: The config property (\\S+) is defined as the empty String");
    private static final Pattern CODE = Pattern.compile("SRCFG\\d+: ");
    private static final Pattern SECRET = Pattern.compile("password|secret|credential|token", Pattern.CASE_INSENSITIVE);

    StartFailure {
        lines = List.copyOf(lines);
    }

    static StartFailure of(Throwable failure) {
        return causes(failure).flatMap(cause -> known(cause).stream()).findFirst().orElse(new StartFailure(OUR_BUG, List.of()));
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    private static Optional<StartFailure> known(Throwable cause) {
        return switch (cause) {
            case ConfigValidationException wrong ->
                Optional.of(wrongSettings(IntStream.range(0, wrong.getProblemCount()).mapToObj(wrong::getProblem).map(problem -> setting(problem.getMessage())).distinct().toList()));
            case ConfigurationException wrong -> Optional.of(wrongSettings(List.of(setting(String.valueOf(wrong.getMessage())))));
            case SettingException wrong -> Optional.of(wrongSettings(List.of(String.valueOf(wrong.getMessage()))));
            case QuarkusBindException taken ->
                Optional.of(new StartFailure(PORT_TAKEN, List.of("cannot listen on %s port %d, perhaps because something else does; stop that, or set quarkus.http.port"
                        .formatted(taken.getHost(), taken.getPort()))));
            case IllegalArgumentException wrong when CONVERSION.matcher(String.valueOf(wrong.getMessage())).find() ->
                Optional.of(wrongSettings(List.of(setting(String.valueOf(wrong.getMessage())))));
            default -> Optional.empty();
        };
    }

    private static StartFailure wrongSettings(List<String> lines) {
        return new StartFailure(WRONG_SETTING, lines);
    }

    /// The framework's message as one of ours.
    private static String setting(String message) {
        Matcher conversion = CONVERSION.matcher(message);
        if (conversion.find()) {
            String name = conversion.group(1);
            String expected = CODE.matcher(conversion.group(3)).replaceAll("").lines().findFirst().orElse("");
            String value = SECRET.matcher(name).find() ? "what is set" : conversion.group(2).isEmpty() ? "nothing" : conversion.group(2);
            return expected.startsWith("must be") ? "%s %s; got %s".formatted(name, expected, value) : "%s must not be %s: %s".formatted(name, value, expected);
        }
        Matcher empty = EMPTY.matcher(message);
        return empty.find() ? "%s must not be empty".formatted(empty.group(1)) : CODE.matcher(message).replaceAll("").lines().findFirst().orElse("");
    }
}
