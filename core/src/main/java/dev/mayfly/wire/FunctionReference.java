package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import dev.mayfly.execution.RejectedException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a request names a function: `NAME` for its current version, `NAME@3` for another.
public record FunctionReference(String name, OptionalInt version) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern REFERENCE = Pattern.compile("([^@]*)(?:@([1-9][0-9]{0,8}))?");

    public static FunctionReference parse(String text) throws RejectedException {
        Matcher reference = REFERENCE.matcher(text);
        if (!reference.matches()) {
            throw invalid("function", "function must be NAME or NAME@VERSION, with a version such as 3");
        }
        String version = reference.group(2);
        return new FunctionReference(name(reference.group(1)), version == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(version)));
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// As a function may be called.
    public static String name(String text) throws RejectedException {
        if (!isName(text)) {
            throw invalid("function", "a function's name must have 1 to 63 characters of a-z, 0-9, - and _, the first a letter or a digit");
        }
        return text;
    }

    @Override
    public String toString() {
        return version.isPresent() ? name + "@" + version.getAsInt() : name;
    }
}
