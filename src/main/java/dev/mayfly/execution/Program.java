package dev.mayfly.execution;

import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What to run, as it was submitted and not yet checked.
///
/// @param code one file's content, which gets the name of the entry point
/// @param entrypoint the file that is started; may be empty when there is only one, or one with the runtime's usual name
/// @param outputs patterns of files to bring back, relative to the work folder; `**` stands for any number of folders
public record Program(
        Optional<byte[]> code,
        List<SourceFile> files,
        Optional<String> entrypoint,
        List<String> args,
        Map<String, String> env,
        Stdin stdin,
        List<String> outputs) {
    public Program {
        files = List.copyOf(files);
        args = List.copyOf(args);
        env = Map.copyOf(env);
        outputs = List.copyOf(outputs);
    }

    /// The file that is started, as far as the submission tells it; empty when only the runtime can.
    String startFile() {
        boolean single = code.isEmpty() && files.size() == 1;
        return entrypoint.orElse(single ? files.getFirst().path() : "");
    }
}
