package dev.mayfly.runtime;

import dev.mayfly.sandbox.LimitAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a language makes a program runnable, in a sandbox of its own before the one in which it runs.
///
/// @param command `{entrypoint}` and `{memoryMiB}` are filled in; the word `{sources}` stands for every file of the
///     language, by name
/// @param outputs patterns of what the run gets of it, beside the program's own files
/// @param limits what differs from the runtime's defaults; a submission's limits are its run's
/// @param onRequest whether a program runs without it, unless its submission asks for it
public record CompileStep(List<String> command, List<String> outputs, Map<LimitAxis, Long> limits, boolean onRequest) {
    private static final String SOURCES = "{sources}";

    public CompileStep {
        command = List.copyOf(command);
        outputs = List.copyOf(outputs);
        limits = Map.copyOf(limits);
    }

    /// One that only finds errors.
    static CompileStep checking(List<String> command) {
        return new CompileStep(command, List.of(), Map.of(), true);
    }

    /// A name that would be an option is written as a path.
    List<String> withSources(List<String> filled, List<String> sources) {
        List<String> names = sources.stream().map(name -> name.startsWith("-") || name.startsWith("@") ? "./" + name : name).toList();
        List<String> words = new ArrayList<>();
        filled.forEach(word -> words.addAll(word.equals(SOURCES) ? names : List.of(word)));
        return words;
    }
}
