package dev.mayfly.http.e2b;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.session.CommandRequest;
import dev.mayfly.wire.SessionRequests.RunCommandRequest;
import dev.mayfly.wire.SessionRequests.WindowRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What clients send about processes, as `process.proto` of E2B has it in JSON.
final class ProcessMessages {
    private ProcessMessages() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Config(@Nullable String cmd, @Nullable List<String> args, @Nullable Map<String, String> envs, @Nullable String cwd) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Terminal(@Nullable Size size) {
        @JsonIgnoreProperties(ignoreUnknown = true)
        record Size(@Nullable Integer cols, @Nullable Integer rows) {}

        WindowRequest toWindow() {
            return new WindowRequest(size == null ? null : size.rows(), size == null ? null : size.cols());
        }
    }

    /// @param stdin whether input may come; it may where nothing is said
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Start(@Nullable Config process, @Nullable Terminal pty, @Nullable Boolean stdin) {
        private static final Map<String, String> ENVIRONMENT = Map.of("HOME", Envd.HOME, "USER", "user", "LOGNAME", "user");

        /// @param timeout after which it is killed
        CommandRequest toRequest(Limits limits, Duration longest, Optional<Duration> timeout) throws RejectedException {
            if (process == null || process.cmd() == null) {
                throw RejectedException.invalid("process.cmd", "process.cmd is missing");
            }
            List<String> words = new ArrayList<>(List.of(process.cmd()));
            words.addAll(process.args() == null ? List.of() : process.args());
            String folder = Envd.path(process.cwd() == null || process.cwd().isEmpty() ? Envd.HOME : process.cwd());
            Map<String, String> env = new HashMap<>(ENVIRONMENT);
            env.put("PWD", folder); // a shell shows the folder by the name that it was asked for
            env.putAll(process.envs() == null ? Map.of() : process.envs());
            boolean keepsStdin = pty != null || !Boolean.FALSE.equals(stdin);
            Long millis = timeout.map(given -> Math.min(given.toMillis(), longest.toMillis())).orElse(null);
            return new RunCommandRequest(words, null, folder, env, null, null, keepsStdin, pty == null ? null : pty.toWindow(), millis, null, true).toRequest(limits, longest);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Selector(@Nullable Integer pid) {
        int requirePid() throws RejectedException {
            if (pid == null) {
                throw RejectedException.invalid("process.pid", "process.pid is missing; processes are not found by tags");
            }
            return pid;
        }
    }

    /// What names a process, and nothing else.
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Named(@Nullable Selector process) {
        int requirePid() throws RejectedException {
            return required(process).requirePid();
        }
    }

    private static Selector required(@Nullable Selector process) throws RejectedException {
        if (process == null) {
            throw RejectedException.invalid("process", "process is missing");
        }
        return process;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Input(@Nullable Selector process, @Nullable Bytes input) {
        @JsonIgnoreProperties(ignoreUnknown = true)
        record Bytes(@Nullable String stdin, @Nullable String pty) {}

        int requirePid() throws RejectedException {
            return required(process).requirePid();
        }

        byte[] bytes() throws RejectedException {
            String text = input == null ? null : input.stdin() != null ? input.stdin() : input.pty();
            try {
                return Base64.getDecoder().decode(text == null ? "" : text);
            } catch (IllegalArgumentException e) {
                throw RejectedException.invalid("input", "input must be base64");
            }
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Signal(@Nullable Selector process, @Nullable String signal) {
        private static final String PREFIX = "SIGNAL_";

        int requirePid() throws RejectedException {
            return required(process).requirePid();
        }

        int number() throws RejectedException {
            return switch (signal) {
                case "SIGNAL_SIGKILL" -> Signals.KILL;
                case "SIGNAL_SIGTERM" -> Signals.TERMINATE;
                case null, default -> throw RejectedException.invalid("signal", "signal must be %sSIGKILL or %sSIGTERM; got %s".formatted(PREFIX, PREFIX, signal));
            };
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Update(@Nullable Selector process, @Nullable Terminal pty) {
        int requirePid() throws RejectedException {
            return required(process).requirePid();
        }
    }
}
