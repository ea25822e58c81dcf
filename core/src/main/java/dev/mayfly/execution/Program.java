package dev.mayfly.execution;

import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What to run, as it was submitted and not yet checked.
///
/// @param code one file's content, which gets the name of the entry point
/// @param entrypoint the file that is started; may be empty when there is only one, or one `main.*` of a language
/// @param outputs patterns of files to bring back, relative to the work folder; `**` stands for any number of folders
/// @param compile whether the runtime's compile step is asked for, where the submission says so
/// @param display whether what it shows comes back as files, of a language that can show something
/// @param cases runs of the program, if it is to run several times
public record Program(
        Optional<byte[]> code,
        List<SourceFile> files,
        Optional<String> entrypoint,
        List<String> args,
        Map<String, String> env,
        Stdin stdin,
        List<String> outputs,
        Optional<Boolean> compile,
        boolean display,
        List<Case> cases) {
    private static final Pattern MAIN = Pattern.compile("main\\.[^/]+");

    public Program {
        files = List.copyOf(files);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        outputs = List.copyOf(outputs);
        cases = List.copyOf(cases);
    }

    /// One that runs once, and is compiled where its runtime needs it.
    public Program(
            Optional<byte[]> code, List<SourceFile> files, Optional<String> entrypoint, List<String> args, Map<String, String> env, Stdin stdin, List<String> outputs) {
        this(code, files, entrypoint, args, env, stdin, outputs, Optional.empty(), false, List.of());
    }

    /// Of its code and files.
    public long sourceBytes() {
        return code.map(bytes -> (long) bytes.length).orElse(0L) + files.stream().mapToLong(file -> file.content().length).sum();
    }

    /// With variables beside its own, in the place of those of the same name.
    Program withVariables(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(env);
        all.putAll(variables);
        return new Program(code, files, entrypoint, args, all, stdin, outputs, compile, display, cases);
    }

    /// The file that is started, as far as the submission says; empty when only the runtime can.
    ///
    /// @param isSource whether a file's ending is a language's
    String startFile(Predicate<String> isSource) {
        if (entrypoint.isPresent() || code.isPresent()) {
            return entrypoint.orElse("");
        }
        if (files.size() == 1) {
            return files.getFirst().path();
        }
        List<String> mains = files.stream().map(SourceFile::path).filter(MAIN.asMatchPredicate().and(isSource)).toList();
        return mains.size() == 1 ? mains.getFirst() : "";
    }
}
