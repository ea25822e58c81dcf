package dev.mayfly.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process to be started in a sandbox that is held.
///
/// @param terminal of one at a terminal
/// @param folder where it starts, absolute
/// @param env beside the sandbox's own variables
public record ProcessSpec(Kind kind, Optional<WindowSize> terminal, String folder, List<String> command, Map<String, String> env) {
    public enum Kind {
        PLAIN,
        AT_TERMINAL,
        /// An interpreter with a driver of cells.
        OF_CELLS,
        /// An operation on files, which the agent itself knows: `read`, `write`, `stat`, `list`, `mkdir`, `move`,
        /// `remove` and their paths.
        OF_FILES
    }

    public ProcessSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }
}
