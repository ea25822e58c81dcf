package dev.mayfly.execution;

import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What the kernel takes as arguments and variables of a process.
public final class Words {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAX = 1000;

    private Words() {}

    /// Returns how many bytes they have.
    ///
    /// @throws RejectedException there are too many, or one contains NUL
    public static long check(String field, List<String> words) throws RejectedException {
        if (words.size() > MAX) {
            throw invalid(field, "%s must have at most %d entries; got %d".formatted(field, MAX, words.size()));
        }
        long bytes = 0;
        for (String word : words) {
            if (word.indexOf('\0') >= 0) {
                throw invalid(field, "an entry must not contain NUL");
            }
            bytes += word.getBytes(UTF_8).length;
        }
        return bytes;
    }

    /// Returns how many bytes names and values have.
    ///
    /// @throws RejectedException there are too many, or one is not a variable
    public static long checkVariables(Map<String, String> env) throws RejectedException {
        long bytes = 0;
        for (var variable : env.entrySet()) {
            String field = "env." + variable.getKey();
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                throw invalid(field, "a variable's name must consist of letters, digits and _, and must not begin with a digit");
            }
            bytes += variable.getKey().length() + check(field, List.of(variable.getValue()));
        }
        if (env.size() > MAX) {
            throw invalid("env", "env must have at most %d entries; got %d".formatted(MAX, env.size()));
        }
        return bytes;
    }
}
