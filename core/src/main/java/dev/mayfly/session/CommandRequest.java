package dev.mayfly.session;

import dev.mayfly.sandbox.WindowSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program to run in a session.
///
/// @param command its words; a line for the shell is `/bin/sh -c LINE`
/// @param folder where it starts, absolute
/// @param keepsStdin whether more input may come later; else `stdin` is all
/// @param timeout after which it is killed; without one it may run as long as the session
public record CommandRequest(
        List<String> command, String folder, Map<String, String> env, byte[] stdin, boolean keepsStdin, Optional<WindowSize> terminal, Optional<Duration> timeout, long maxOutputBytes) {
    public CommandRequest {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /// What is kept while it runs.
    CommandRequest withoutStdin() {
        return new CommandRequest(command, folder, env, new byte[0], keepsStdin, terminal, timeout, maxOutputBytes);
    }
}
